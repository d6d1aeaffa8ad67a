"""The model as MLflow knows it: this file is copied into it and run where it is loaded; all else is the project's wheel and its files."""

from pathlib import Path
from typing import Any

import pandas as pd  # type: ignore[import-untyped]
from mlflow.exceptions import MlflowException
from mlflow.models import set_model
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.pyfunc.model import PythonModel, PythonModelContext

from funcgen.errors import DataError
from funcgen.publishing.served import Served

COLUMNS = ("text", "expression", "log_probability", "complete", "error")


def plain(value: Any) -> Any:
    """A cell as JSON has it: an array is a list, what is missing is None."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    return None if value is pd.NA or (isinstance(value, float) and value != value) else value


class FuncgenModel(PythonModel):
    """Rows of `source` and `arguments` to rows of COLUMNS."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load the model's folder."""
        self.served = Served(Path(context.artifacts["model"]))

    def predict(self, context: PythonModelContext, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """A row for each row; raises MlflowException, which a server answers with status 400, where a row is wrong."""
        rows = [{name: plain(value) for name, value in row.items()} for row in model_input.to_dict("records")]
        try:
            return pd.DataFrame(self.served.answers(rows), columns=list(COLUMNS))
        except DataError as error:
            raise MlflowException(str(error), error_code=INVALID_PARAMETER_VALUE) from error


set_model(FuncgenModel())
