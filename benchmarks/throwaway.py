"""A data folder for one run, which nothing of the caller's surroundings reaches."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def data_folder() -> Iterator[Path]:
    """It is gone afterwards; no setting of whoever runs this points elsewhere."""
    for name in [each for each in os.environ if each.startswith(("DSE_", "TEMPORAL_")) and each != "DSE_PG_BIN"]:
        del os.environ[name]
    folder = Path(tempfile.mkdtemp(prefix="dse-bench-"))
    os.environ["DSE_DATA"] = str(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
