"""How everything of ours connects to Temporal: one converter, Temporal's own variables for TLS and keys."""

from typing import Any

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig

from workers.settings import Settings


async def connect(settings: Settings, **options: Any) -> Client:
    """Raises RuntimeError if nothing answers there."""
    config: dict[str, Any] = {**ClientConfig.load_client_connect_config(), **options}
    config |= {"target_host": settings.temporal_address, "namespace": settings.temporal_namespace}
    return await Client.connect(data_converter=pydantic_data_converter, **config)
