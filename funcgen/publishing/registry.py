"""A published model in MLflow: logged in a run of its own beside those of its chain, and registered under a name with an alias."""

import contextlib
import importlib.metadata
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from funcgen import tracking
from funcgen.artifacts import Example
from funcgen.publishing.inputs import ARGUMENTS, SOURCE

if TYPE_CHECKING:
    from mlflow.models import ModelSignature

SCRIPT = Path(__file__).with_name("model_script.py")
PACKAGES = (
    "mlflow",
    "torch",
    "transformers",
    "tokenizers",
    "safetensors",
    "numpy",
    "pandas",
    "pyarrow",
    "sacrebleu",
    "rouge-score",
    "datasets",
    "pytorch-optimizer",
    "peft",
    "pydantic",
    "pydantic-core",
    "annotated-types",
    "ruamel.yaml",
    "pyyaml",
    "sqlalchemy",
    "tqdm",
)
"""What writing texts imports, directly or by the check of params.yaml; each pinned to the version that is installed."""


@dataclass(frozen=True)
class Registered:
    """A version of a registered model."""

    name: str
    version: str
    alias: str

    @property
    def uri(self) -> str:
        """What MLflow calls it."""
        return f"models:/{self.name}@{self.alias}"


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Without what MLflow warns of: its own type hints, and its own use of other packages."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def no_bytecode() -> Iterator[None]:
    """Without compiled files beside what is imported: MLflow loads the script where it lies in the model, before it sends the folder."""
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = before


def signature() -> "ModelSignature":
    """What the model takes and gives; it checks the types of what it takes itself, where MLflow would make texts of numbers."""
    from mlflow.models import ModelSignature
    from mlflow.types.schema import AnyType, ColSpec, Schema

    anything = cast(Any, AnyType)()
    answers = {"text": "string", "expression": "string", "log_probability": "double", "complete": "boolean"}
    return ModelSignature(
        Schema([ColSpec(anything, SOURCE), ColSpec(anything, ARGUMENTS, required=False)]),
        Schema([*(ColSpec(kind, name) for name, kind in answers.items()), ColSpec("string", "error", required=False)]),
    )


def input_example(example: Example) -> dict[str, Any]:
    """An input as a client sends it."""
    arguments = [{"name": name, "value": value} for name, value in example.arguments]
    return {SOURCE: example.source, **({ARGUMENTS: arguments} if arguments else {})}


def requirements(wheel: Path) -> list[str]:
    """Pinned packages, and the wheel where it lies in the model: pip is run in the model's folder."""
    pins = [f"{name}=={importlib.metadata.version(name).partition('+')[0]}" for name in PACKAGES]  # +cpu is no version elsewhere
    return [*pins, f"./artifacts/{wheel.name}"]


def register(
    name: str, alias: str, model: Path, wheel: Path, example: Example, tags: Mapping[str, str], files: Sequence[Path]
) -> Registered:
    """Log the model in `model` and register it; `files` are kept with its run. Raises TrackingError."""
    import mlflow
    import pandas as pd  # type: ignore[import-untyped]

    client = tracking.client()
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(tracking.store())
    try:
        with quiet(), no_bytecode(), tracking.answering(), tracking.run("publish") as run:
            run.tags({**tags, "stage": "publish"})
            with mlflow.start_run(run_id=run.run_id):
                logged = mlflow.pyfunc.log_model(
                    name="model",
                    python_model=str(SCRIPT),
                    artifacts={"model": str(model), "wheel": str(wheel)},
                    signature=signature(),
                    input_example=pd.DataFrame([input_example(example)]),
                    pip_requirements=requirements(wheel),
                    registered_model_name=name,
                    tags=dict(tags),
                )
            for file in files:
                client.log_artifact(run.run_id, str(file))
            version = str(logged.registered_model_version)
            for key, value in tags.items():
                client.set_model_version_tag(name, version, key, value)
            client.set_registered_model_alias(name, alias, version)
    finally:
        mlflow.set_tracking_uri(before)
    return Registered(name, version, alias)
