"""Every setting, read once: the environment wins, then the embedded stack of the data folder, then defaults."""

import getpass
import os
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from domain.nit import parse_nit
from domain.reasons import Code, Refusal
from infra.embedded import addresses

EXAMPLES = {
    "DSE_ENVIRONMENT": "produccion",
    "DSE_MANDATED_WAIT": "PT3H",
    "DSE_GRANT_PERIOD": "P365D",
    "DSE_PROVIDER_NIT": "900999888-5",
    "DSE_PROVIDER_NAME": "Proveedor Tecnológico S.A.S.",
    "DSE_SOFTWARE_CODE": "2f0c1f6e-7c1c-4a5e-9d3e-1f6d2b7a9c10",
    "DSE_SOFTWARE_NAME": "Documento Soporte",
    "DSE_DIAN_ENDPOINT": "https://vpfe.dian.gov.co/WcfDianCustomerServices.svc",
    "DSE_DIAN_CERTIFICATE": "/run/secrets/dian.p12",
    "DSE_DIAN_TIMEOUT": "PT65S",
    "DSE_LETTER_KEYS": "2026a:BASE64-OF-32-BYTES",
    "DSE_POSTGRES_DSN": "postgresql://dse:…@db.internal:5432/dse",
    "DSE_S3_ENDPOINT": "https://s3.internal",
    "DSE_S3_ACCESS_KEY": "AKIA…",
    "DSE_S3_SECRET_KEY": "…",
    "DSE_S3_BUCKET": "dse",
    "DSE_SMTP_URL": "smtp://mail.internal:25",
    "DSE_OPERATORS_MAIL": "operaciones@proveedor.co",
    "TEMPORAL_ADDRESS": "temporal.internal:7233",
}
NO_DEFAULT_IN_PRODUCTION = (
    "DSE_PROVIDER_NIT",
    "DSE_PROVIDER_NAME",
    "DSE_SOFTWARE_CODE",
    "DSE_SOFTWARE_NAME",
    "DSE_DIAN_ENDPOINT",
    "DSE_DIAN_CERTIFICATE",
    "DSE_LETTER_KEYS",
    "DSE_POSTGRES_DSN",
    "DSE_S3_ENDPOINT",
    "DSE_S3_ACCESS_KEY",
    "DSE_S3_SECRET_KEY",
    "DSE_S3_BUCKET",
    "DSE_SMTP_URL",
    "DSE_OPERATORS_MAIL",
    "TEMPORAL_ADDRESS",
)
LISTENING = ("DSE_EXPORTER_ADDRESS", "DSE_HEALTH_ADDRESS", "DSE_METRICS_ADDRESS")


class Settings(BaseSettings):
    """What a process needs to know of its surroundings. `.env.example` lists every variable."""

    model_config = SettingsConfigDict(
        env_prefix="DSE_",
        env_ignore_empty=True,
        frozen=True,
        hide_input_in_errors=True,
        extra="ignore",
        validate_by_name=True,
    )

    environment: Literal["habilitacion", "produccion"] = "habilitacion"
    data: Path = Path(".dse")
    actor: str = Field(default_factory=getpass.getuser)
    mandated_wait: timedelta = timedelta(hours=3)
    grant_period: timedelta = timedelta(days=365)
    provider_nit: str = "900999888-5"
    provider_name: str = "Proveedor Tecnológico de Desarrollo S.A.S."
    software_code: str = "2f0c1f6e-7c1c-4a5e-9d3e-1f6d2b7a9c10"
    software_name: str = "Documento Soporte de Desarrollo"
    dian_endpoint: str = ""
    dian_certificate: Path | None = None
    dian_certificate_password: SecretStr = SecretStr("")
    dian_certificate_password_file: Path | None = None
    dian_per_second: float = 10.0
    dian_timeout: timedelta = Field(default=timedelta(seconds=65), gt=timedelta(0), le=timedelta(seconds=65))
    """For one whole call. DIAN's own time-out is 59 s, and its word should still arrive; effects allow 75 s."""
    letter_keys: SecretStr = SecretStr("")
    postgres_dsn: SecretStr = SecretStr("")
    s3_endpoint: str = ""
    s3_access_key: str = ""
    s3_secret_key: SecretStr = SecretStr("")
    s3_bucket: str = "dse"
    s3_region: str = "us-east-1"
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = "dse@proveedor.example"
    operators_mail: str = "operaciones@proveedor.example"
    """Who is told what the back office must know, and reads what companies answer to their mails."""
    supervisors_mail: str = ""
    """Who is told what operators, or we, are late with (default: the operators)."""
    gateway_url: str = ""
    """Where our own page of an onboarding lies; the operators' card links to it."""
    metrics_address: str = ""
    health_address: str = ""
    exporter_address: str = "127.0.0.1:9465"
    build_id: str = ""
    """This worker's version in its deployment; without one its version is named by what is replayed."""
    temporal_address: str = Field(default="", validation_alias="TEMPORAL_ADDRESS")
    temporal_namespace: str = Field(default="default", validation_alias="TEMPORAL_NAMESPACE")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, InitSettingsSource(settings_cls, init_kwargs=_embedded())

    @field_validator("provider_nit")
    @classmethod
    def _valid_nit(cls, given: str) -> str:
        try:
            return parse_nit(given)
        except Refusal as refusal:
            raise ValueError(str(refusal)) from None

    @property
    def certificate_file(self) -> Path:
        """Where the provider's certificate lies; a development one is made in the data folder on first use."""
        return self.dian_certificate or self.data / "dian" / "provider.p12"

    @property
    def certificate_password(self) -> str:
        if self.dian_certificate_password_file is not None:
            return self.dian_certificate_password_file.read_text().strip()
        return self.dian_certificate_password.get_secret_value()


class SettingsError(Exception):
    """Wrong or missing settings: which variables, what is wrong with each, and an example."""

    code = Code.SETTINGS


def load() -> Settings:
    """Raises SettingsError naming every wrong variable at once."""
    if os.environ.get("DSE_ENVIRONMENT") == "produccion":
        _refuse_defaults()
    try:
        return Settings()
    except ValidationError as error:
        wrong = [(_variable(each["loc"]), each["msg"]) for each in error.errors(include_input=False)]
        raise SettingsError("; ".join(f"{name}: {what}{_example(name)}" for name, what in wrong)) from None


def _embedded() -> dict[str, str]:
    """What the embedded stack of the data folder offers, by field; nothing in produccion or where none runs."""
    if os.environ.get("DSE_ENVIRONMENT") == "produccion":
        return {}
    data = Path(os.environ.get("DSE_DATA") or ".dse")
    stack = addresses.find(data)
    found = {} if stack is None else addresses.environment(data, stack, {})
    return {
        name if name.startswith("TEMPORAL_") else name.removeprefix("DSE_").lower(): value
        for name, value in found.items()
        # at these the stack's own worker and exporter listen
        if name not in ("DSE_DATA", "DSE_ENVIRONMENT", *LISTENING)
    }


def _variable(loc: tuple[int | str, ...]) -> str:
    name = str(loc[0]).upper()
    return name if name.startswith("TEMPORAL_") else f"DSE_{name}"


def _refuse_defaults() -> None:
    """`produccion` takes nothing of the embedded stack's, and no development default."""
    missing = [name for name in NO_DEFAULT_IN_PRODUCTION if not os.environ.get(name)]
    if missing:
        lines = "; ".join(f"{name} is not set{_example(name)}" for name in missing)
        raise SettingsError(f"produccion takes no embedded default: {lines}")


def _example(name: str) -> str:
    return f" (example: {name}={EXAMPLES[name]})" if name in EXAMPLES else ""
