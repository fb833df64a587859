"""A worker's version in its deployment, and which version is current: the one that onboardings go on with."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

from temporalio.api.deployment.v1 import WorkerDeploymentInfo
from temporalio.api.enums.v1 import RoutingConfigUpdateState
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    SetWorkerDeploymentCurrentVersionRequest,
)
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import WorkerDeploymentConfig

import domain
import workflows
from workers.settings import Settings, SettingsError

DEPLOYMENT = "dse"
PATIENCE = 45.0
"""Seconds for Temporal to know a worker that has just begun to ask for work, and to make it current. On a machine under
load that takes some eight, its imports included; where it takes so much longer, this one ends to begin anew."""
FIRST, SLOWLY, GROWTH = 0.1, 1.0, 1.25
"""Seconds between two times: they grow, for each question is work for what is waited for."""
IN_PROGRESS = RoutingConfigUpdateState.ROUTING_CONFIG_UPDATE_STATE_IN_PROGRESS
log = logging.getLogger("dse.worker")
T = TypeVar("T")


def build_id(settings: Settings) -> str:
    """As it is named; else by what is replayed: workers whose workflows are the same are one version."""
    return settings.build_id or _digest()


@cache
def _digest() -> str:
    digest = hashlib.sha256()
    for room in (domain, workflows):
        folder = Path(next(iter(room.__path__)))
        for file in sorted(folder.rglob("*.py")):
            digest.update(f"{room.__name__}/{file.relative_to(folder).as_posix()}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def deployment(version: str) -> WorkerDeploymentConfig:
    """An onboarding moves to the current version by itself: it lives for weeks, longer than most versions."""
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(deployment_name=DEPLOYMENT, build_id=version),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )


async def take_part(client: Client, settings: Settings, *, make_current: bool) -> None:
    """Makes this version current if asked to, or if none is and nobody names versions here; else says who is.

    Whoever makes it current returns once every task queue has heard of it; a worker that begins anew waits for nothing.
    """
    version = build_id(settings)
    if await _answered(lambda: _current(client)) == version:
        return

    async def settled() -> str:
        """Looks anew at each try: a worker beside this one may have done it meanwhile."""
        current = await _current(client)
        if current != version and (make_current or not (current or settings.build_id)):
            await _make_current(client, version)
            log.info("version is current", extra={"build_id": version})
            current = version
        if current == version:
            await _heard(client)
        return current

    current = await _answered(settled)
    if current != version:
        log.warning(
            "version is not current: it gets no work until `./dse worker --make-current`",
            extra={"build_id": version, "current": current},
        )


async def _current(client: Client) -> str:
    """The current version's build id; empty if there is none, so that versioned workers get nothing."""
    try:
        known = await _deployment(client)
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return ""
        raise
    return known.routing_config.current_deployment_version.build_id


async def _make_current(client: Client, version: str) -> None:
    await client.workflow_service.set_worker_deployment_current_version(
        SetWorkerDeploymentCurrentVersionRequest(
            namespace=client.namespace, deployment_name=DEPLOYMENT, build_id=version, identity=client.identity
        )
    )


async def _heard(client: Client) -> None:
    pause = FIRST
    while (await _deployment(client)).routing_config_update_state == IN_PROGRESS:
        await asyncio.sleep(pause)
        pause = min(GROWTH * pause, SLOWLY)


async def _deployment(client: Client) -> WorkerDeploymentInfo:
    request = DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=DEPLOYMENT)
    return (await client.workflow_service.describe_worker_deployment(request)).worker_deployment_info


async def _answered(ask: Callable[[], Awaitable[T]]) -> T:
    """Repeated until Temporal does it: it knows a version only once its worker has asked for work.

    Less and less often: to register a version and to refuse to make it current are the same workflow's work there.
    """
    why, pause = "its task queues haven't heard of it", FIRST
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    return await ask()
                except RPCError as error:
                    why = error.message
                if pause == SLOWLY:
                    log.warning("Temporal doesn't take the version yet", extra={"why": why})
                await asyncio.sleep(pause)
                pause = min(GROWTH * pause, SLOWLY)
    except TimeoutError:
        raise SettingsError(f"Temporal takes no worker version ({why})") from None
