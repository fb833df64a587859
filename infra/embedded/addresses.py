"""Where the parts of a running stack are: what `./dse up` prints and stack.json keeps (see the contract)."""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from infra.embedded.folder import is_running, written


@dataclass(frozen=True)
class S3:
    endpoint: str
    access_key: str
    secret_key: str
    bucket: str


@dataclass(frozen=True)
class Dian:
    endpoint: str
    admin: str


@dataclass(frozen=True)
class Mail:
    smtp: str
    folder: str


@dataclass(frozen=True)
class Pids:
    """Each is one process, the part itself."""

    worker: int | None = None
    temporal: int | None = None
    postgres: int | None = None
    s3: int | None = None
    dian: int | None = None
    mail: int | None = None
    exporter: int | None = None


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Absent parts are null. Holds the stack's secrets: for its owner's eyes."""

    temporal: str | None = None
    namespace: str | None = None
    temporal_ui: str | None = None
    gateway: str | None = None
    postgres: str | None = None
    s3: S3 | None = None
    dian: Dian | None = None
    mail: Mail | None = None
    metrics: str | None = None
    health: str | None = None
    exporter: str | None = None
    pids: Pids = field(default_factory=Pids)

    def to_json(self) -> str:
        return _FORM.dump_json(self).decode()


_FORM = TypeAdapter(Addresses)


def write(data: Path, addresses: Addresses) -> None:
    written(data / "stack.json", addresses.to_json() + "\n")


def forget(data: Path) -> None:
    (data / "stack.json").unlink(missing_ok=True)


def find(data: Path) -> Addresses | None:
    """The stack that runs on this folder; None if none does, whatever a killed one may have left there."""
    with suppress(OSError, ValidationError):
        text = (data / "stack.json").read_text()
        return _FORM.validate_json(text) if is_running(data) else None
    return None


def environment(data: Path, addresses: Addresses, inherited: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What a worker or a command needs to reach the stack; what is set already (`inherited`) wins."""
    ours = {
        "DSE_ENVIRONMENT": "habilitacion",
        "TEMPORAL_ADDRESS": addresses.temporal,
        "TEMPORAL_NAMESPACE": addresses.namespace,
        "DSE_POSTGRES_DSN": addresses.postgres,
        "DSE_METRICS_ADDRESS": urlsplit(addresses.metrics).netloc if addresses.metrics else None,
        "DSE_HEALTH_ADDRESS": urlsplit(addresses.health).netloc if addresses.health else None,
        "DSE_EXPORTER_ADDRESS": urlsplit(addresses.exporter).netloc if addresses.exporter else None,
    }
    if s3 := addresses.s3:
        ours |= {"DSE_S3_ENDPOINT": s3.endpoint, "DSE_S3_BUCKET": s3.bucket}
        ours |= {"DSE_S3_ACCESS_KEY": s3.access_key, "DSE_S3_SECRET_KEY": s3.secret_key}
    if addresses.dian:
        ours["DSE_DIAN_ENDPOINT"] = addresses.dian.endpoint
    if addresses.mail:
        ours["DSE_SMTP_URL"] = addresses.mail.smtp
    settings = {name: value for name, value in ours.items() if value is not None and not inherited.get(name)}
    return {**inherited, **settings, "DSE_DATA": str(data)}
