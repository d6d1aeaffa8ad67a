"""funcgen: text generation by function expressions, as a reproducible pipeline. See README.md for the map of the modules."""

import os

# Before torch is imported anywhere: OpenMP threads that wait by spinning run ten times slower on a busy machine; same bits.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
