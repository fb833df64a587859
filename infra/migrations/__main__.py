"""`python -m infra.migrations`: bring the records at DSE_POSTGRES_DSN to the newest schema."""

import asyncio
import os
import sys

from infra.migrations import migrate

dsn = os.environ.get("DSE_POSTGRES_DSN")
if not dsn:
    sys.exit("DSE_POSTGRES_DSN is not set (example: postgresql://dse:…@127.0.0.1:5432/dse)")
asyncio.run(migrate(dsn))
