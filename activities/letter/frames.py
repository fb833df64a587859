"""What a decoder and its parent say to each other, and how long the parent may have to wait."""

import struct
from typing import Final

WALL_SECONDS: Final = 25
"""For each file: the decoder's bound on its CPU ends what works too hard; this ends what stands still, and must not end
what only waits for its turn on a machine under load."""
READY: Final = b"ready\n"
"""Said once everything is imported."""
TAKEN: Final = b"taken\n"
"""Said once a file has been read and not yet looked at: who dies before that is broken, not attacked."""
HEADER: Final = struct.Struct(">I")
"""A frame's first bytes: how many follow."""
