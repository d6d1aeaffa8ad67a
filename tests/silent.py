"""A tracking run that keeps nothing, for the work of a stage without MLflow around it."""

from typing import cast

from funcgen.resumption.memory import NOWHERE, Memory
from funcgen.tracking import StageRun


class Silent:
    """A run that keeps nothing."""

    memory: Memory = NOWHERE

    def metrics(self, values: object, step: int = 0) -> None:
        """Forget them."""

    def tags(self, values: object) -> None:
        """Forget them."""


SILENT = cast(StageRun, Silent())
