"""One worker of a deployment: `python -m workers.worker`, or `./dse worker`."""

import asyncio
import logging
import os
import signal
import sys
from contextlib import AsyncExitStack, suppress
from datetime import timedelta

from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.service import RPCError
from temporalio.worker import Worker, WorkerDeploymentConfig
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from workers import compose, logs
from workers.heartbeat import BEAT, Heartbeat
from workers.settings import Settings, SettingsError, load
from workers.temporal import connect
from workflows.handlers import Guard
from workflows.onboarding import OnboardingWorkflow
from workflows.policies import DIAN_TASK_QUEUE, TASK_QUEUE

DEPLOYMENT = "dse"
GRACE = timedelta(seconds=70)
"""Above DIAN's own 65 s: a call under way is not thrown away by a deploy."""
CALLS_AT_ONCE = 10
"""Calls to DIAN that one worker has under way at most."""
log = logging.getLogger("dse.worker")


def workflow_runner() -> SandboxedWorkflowRunner:
    """The sandbox checks `workflows`; `domain`, which a lint rule keeps free of clocks, is shared by all."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules("domain"))


async def work(
    settings: Settings, *, make_current: bool = False, composing: compose.Composing = compose.effects
) -> None:
    """Works until SIGTERM or SIGINT; parts that are away are waited for."""
    logs.configure()
    stopped = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stopped.set)
    build_id = settings.build_id or ("dev" if make_current else "")
    async with AsyncExitStack() as opened:
        effects = await opened.enter_async_context(composing(settings))
        client = await _connected(settings, stopped)
        workers = []
        for queue, activities in ((TASK_QUEUE, effects.ours), (DIAN_TASK_QUEUE, effects.at_dian)):
            at_dian = queue == DIAN_TASK_QUEUE
            worker = Worker(
                client,
                task_queue=queue,
                activities=activities,
                workflows=[] if at_dian else [OnboardingWorkflow],
                interceptors=[Guard(), Heartbeat()],
                max_heartbeat_throttle_interval=BEAT,
                workflow_runner=workflow_runner(),
                graceful_shutdown_timeout=GRACE,
                max_concurrent_activities=CALLS_AT_ONCE if at_dian else 50,
                max_task_queue_activities_per_second=settings.dian_per_second if at_dian else None,
                deployment_config=_deployment(build_id),
            )
            workers.append(await opened.enter_async_context(worker))
        if make_current:
            await _make_current(client, settings.temporal_namespace, build_id)
        sender = asyncio.create_task(effects.outbox.keep_sending())
        opened.callback(sender.cancel)
        log.info("worker ready", extra={"task_queue": TASK_QUEUE, "environment": settings.environment})
        await stopped.wait()
        log.info("worker stopping")
        await asyncio.gather(*(worker.shutdown() for worker in workers))


async def _connected(settings: Settings, stopped: asyncio.Event) -> Client:
    """The server may come later than its workers."""
    if not settings.temporal_address:
        raise SettingsError("TEMPORAL_ADDRESS is not set, nor does an embedded stack run (example: 127.0.0.1:7233)")
    try:
        runtime = Runtime(telemetry=TelemetryConfig(metrics=_metrics(settings), global_tags={"service": "dse"}))
    except ValueError:  # its words are the runtime's own
        where = settings.metrics_address
        raise SettingsError(f"DSE_METRICS_ADDRESS: nothing can listen at {where} (example: 127.0.0.1:9464)") from None
    while True:
        try:
            return await connect(settings, runtime=runtime)
        except (RuntimeError, RPCError) as error:
            log.warning("temporal is away", extra={"where": settings.temporal_address, "error": type(error).__name__})
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), 1)
            raise SettingsError("stopped while Temporal was away")


def _metrics(settings: Settings) -> PrometheusConfig | None:
    if not settings.metrics_address:
        return None
    return PrometheusConfig(
        bind_address=settings.metrics_address, counters_total_suffix=True, unit_suffix=True, durations_as_seconds=True
    )


def _deployment(build_id: str) -> WorkerDeploymentConfig | None:
    """Only a worker with a build id takes part in versioning; an onboarding moves to the current version by itself."""
    if not build_id:
        return None
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(deployment_name=DEPLOYMENT, build_id=build_id),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )


async def _make_current(client: Client, namespace: str, build_id: str) -> None:
    """The server knows a version only once its worker has polled: asked again until it does."""
    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=namespace, deployment_name=DEPLOYMENT, build_id=build_id, identity=client.identity
    )
    async with asyncio.timeout(60):
        while True:
            try:
                await client.workflow_service.set_worker_deployment_current_version(request)
                log.info("version is current", extra={"build_id": build_id})
                return
            except RPCError:
                await asyncio.sleep(0.5)


def run() -> None:
    """A process that ran a Temporal worker can die at interpreter exit: it leaves before that."""
    try:
        asyncio.run(work(load()))
        code = 0
    except SettingsError as error:
        print(f"dse: {error}", file=sys.stderr)
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
