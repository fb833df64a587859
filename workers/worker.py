"""One worker of a deployment: `python -m workers.worker`, or `./dse worker`."""

import asyncio
import logging
import os
import signal
import sys
from contextlib import AsyncExitStack, suppress
from datetime import datetime, timedelta
from functools import partial

from temporalio.client import Client
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.service import RPCError
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.calendar import unknown_years
from activities.dian.watch import keep_watching
from activities.errors import AwayError
from domain.fields import BOGOTA
from workers import bounces, compose, logs, schedule, tracing, versions
from workers.context import Context
from workers.health import OK, PATIENCE, Health
from workers.heartbeat import BEAT, Heartbeat
from workers.metrics import BUCKETS, AwayCounted, Metrics
from workers.queries import QueriesLast
from workers.settings import Settings, SettingsError, load
from workers.temporal import connect
from workflows.handlers import Guard
from workflows.onboarding import OnboardingWorkflow
from workflows.policies import DIAN_TASK_QUEUE, TASK_QUEUE
from workflows.sweep import SweepWorkflow
from workflows.watch import WatchWorkflow

GRACE = timedelta(seconds=70)
"""Above DIAN's own 65 s: a call under way is not thrown away by a deploy."""
STICKY = timedelta(seconds=3)
"""How long a workflow's next task waits for the worker that has it cached, which may be dead; then any replays it."""
CACHED = 500
"""Onboardings that a worker keeps in memory; any other is replayed when it wakes (`docs/performance.md`)."""
TASKS_AT_ONCE = 8
"""Workflow tasks under way. With more, a burst keeps its next tasks waiting beyond STICKY, and each replay adds to it
(`docs/performance.md`)."""
EFFECTS_AT_ONCE = 50
"""Most of them wait for others; reading letters has a limit of its own."""
CALLS_AT_ONCE = 10
"""Calls to DIAN that one worker has under way at most."""
SHARED = ("domain", "workflows.cards", "workflows.policies", "workflows.refusals")
"""What depends on its arguments alone; lint rules ban clocks and chance. Else each onboarding loads its own."""
log = logging.getLogger("dse.worker")


def workflow_runner() -> SandboxedWorkflowRunner:
    """The sandbox checks `workflows`, but for what all share."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*SHARED))


async def work(
    settings: Settings, *, make_current: bool = False, composing: compose.Composing = compose.effects
) -> None:
    """Works until SIGTERM or SIGINT; parts that are away are waited for."""
    logs.configure()
    stopped = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stopped.set)
    version = versions.build_id(settings)
    async with AsyncExitStack() as opened:
        runtime = _runtime(settings)
        metrics = Metrics(runtime.metric_meter)
        effects = await opened.enter_async_context(composing(settings, metrics))
        opened.callback(tracing.flush)
        health = Health(effects.checks)
        await opened.enter_async_context(health.served(settings.health_address))
        client = await _connected(settings, stopped, runtime)
        health.watch("temporal", partial(_temporal, client))
        workers = []
        for queue, activities in ((TASK_QUEUE, effects.ours), (DIAN_TASK_QUEUE, effects.at_dian)):
            at_dian = queue == DIAN_TASK_QUEUE
            worker = Worker(
                client,
                task_queue=queue,
                activities=activities,
                workflows=[] if at_dian else [OnboardingWorkflow, SweepWorkflow, WatchWorkflow],
                interceptors=[Context(), Guard(), Heartbeat(), AwayCounted(metrics)],
                max_heartbeat_throttle_interval=BEAT,
                workflow_runner=QueriesLast(workflow_runner()),
                graceful_shutdown_timeout=GRACE,
                sticky_queue_schedule_to_start_timeout=STICKY,
                max_cached_workflows=CACHED,
                max_concurrent_workflow_tasks=TASKS_AT_ONCE,
                max_concurrent_activities=CALLS_AT_ONCE if at_dian else EFFECTS_AT_ONCE,
                max_task_queue_activities_per_second=settings.dian_per_second if at_dian else None,
                deployment_config=versions.deployment(version),
            )
            workers.append(await opened.enter_async_context(worker))
        await versions.take_part(client, settings, make_current=make_current)
        for beside in (
            effects.outbox.keep_sending(bounces.teller(client)),
            keep_watching(effects.credentials, settings.provider_nit, counting=metrics),
            schedule.keep(client, settings),
        ):
            opened.callback(asyncio.create_task(beside).cancel)
        for year in unknown_years(datetime.now(BOGOTA).date()):
            log.error("holidays unknown: update the package holidays, or due dates fall on them", extra={"year": year})
        log.info("worker ready", extra={"environment": settings.environment, "build_id": version})
        await stopped.wait()
        log.info("worker stopping")
        health.stop()
        await asyncio.gather(*(worker.shutdown() for worker in workers))


async def _connected(settings: Settings, stopped: asyncio.Event, runtime: Runtime) -> Client:
    """The server may come later than its workers."""
    if not settings.temporal_address:
        raise SettingsError("TEMPORAL_ADDRESS is not set, nor does an embedded stack run (example: 127.0.0.1:7233)")
    while True:
        try:
            return await connect(settings, runtime=runtime)
        except (RuntimeError, RPCError) as error:
            log.warning("temporal is away", extra={"where": settings.temporal_address, "error": type(error).__name__})
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), 1)
            raise SettingsError("stopped while Temporal was away")


async def _temporal(client: Client) -> str:
    try:
        await client.service_client.check_health(timeout=timedelta(seconds=PATIENCE))
    except (RPCError, RuntimeError) as error:
        raise AwayError("temporal", error.status.name if isinstance(error, RPCError) else "unreachable") from None
    return OK


def _runtime(settings: Settings) -> Runtime:
    try:
        telemetry = TelemetryConfig(logging=logs.CORE, metrics=_scraped(settings), global_tags={"service": "dse"})
        return Runtime(telemetry=telemetry)
    except ValueError:  # its words are the runtime's own
        where = settings.metrics_address
        raise SettingsError(f"DSE_METRICS_ADDRESS: nothing can listen at {where} (example: 127.0.0.1:9464)") from None


def _scraped(settings: Settings) -> PrometheusConfig | None:
    if not settings.metrics_address:
        return None
    return PrometheusConfig(
        bind_address=settings.metrics_address,
        counters_total_suffix=True,
        unit_suffix=True,
        durations_as_seconds=True,
        histogram_bucket_overrides=BUCKETS,
    )


def run() -> None:
    """A process that ran a Temporal worker can die at interpreter exit: it leaves before that."""
    try:
        asyncio.run(work(load(), make_current="--make-current" in sys.argv))
        code = 0
    except SettingsError as error:
        print(f"dse: {error}", file=sys.stderr)
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
