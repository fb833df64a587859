"""How everything of ours connects to Temporal: one converter, Temporal's own variables for TLS and keys."""

from typing import Any, ClassVar, Self

from temporalio.client import Client
from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import DataConverter
from temporalio.envconfig import ClientConfig

from workers import tracing
from workers.settings import Settings


class SharedPayloadConverter(PydanticPayloadConverter):
    """One for the process, with the type adapters that it has built: the SDK asks for one with every workflow task.

    Only types of `domain` are read by it, which all workflows share.
    """

    _shared: ClassVar[Any] = None

    def __new__(cls) -> Self:
        if cls._shared is None:
            cls._shared = super().__new__(cls)
        shared: Self = cls._shared
        return shared

    def __init__(self) -> None:
        if not hasattr(self, "converters"):
            super().__init__()


CONVERTER = DataConverter(payload_converter_class=SharedPayloadConverter)


async def connect(settings: Settings, **options: Any) -> Client:
    """Raises RuntimeError if nothing answers there."""
    config: dict[str, Any] = {**ClientConfig.load_client_connect_config(), **options}
    config |= {"target_host": settings.temporal_address, "namespace": settings.temporal_namespace}
    config |= {"interceptors": tracing.interceptors()}
    return await Client.connect(data_converter=CONVERTER, **config)
