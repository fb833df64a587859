"""The bare workflow's worker: `python -m benchmarks.bare_worker`, until its stdin ends. Client and sandbox are ours."""

import asyncio
import os
import sys

from temporalio.worker import Worker

from benchmarks.bare import TASK_QUEUE, Bare, nothing
from workers.settings import load
from workers.temporal import connect
from workers.worker import workflow_runner


async def work() -> None:
    client = await connect(load())
    runner = workflow_runner()
    async with Worker(client, task_queue=TASK_QUEUE, workflows=[Bare], activities=[nothing], workflow_runner=runner):
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(work())
    os._exit(0)  # a process that ran a Temporal worker can die at interpreter exit
