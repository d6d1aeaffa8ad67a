"""funcgen: text generation by function expressions, as a reproducible pipeline. See README.md for the map of the modules."""

import os

# Before torch is imported anywhere: OpenMP threads that wait by spinning run ten times slower on a busy machine; same bits.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

# Nothing here sends anything anywhere; of what it stands on, MLflow and the Hugging Face libraries would count their users.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
