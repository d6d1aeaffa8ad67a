"""How a surge is told, as the options of `funcgen monitor` say it."""

from dataclasses import dataclass
from typing import Annotated, Any

from annotated_types import Ge, Gt, Interval
from pydantic import TypeAdapter, ValidationError

from funcgen.errors import FuncgenError


@dataclass(frozen=True)
class Settings:
    """How a surge is told.

    `learn` sentences of a topic say what is normal for it: the upper limit of their share's one-sided interval of `confidence`, so that
    a share that is found too low by chance costs delay, and no false alarms beyond `false_alarms` a day over all topics. A surge
    multiplies the odds of bad news by `odds`.
    """

    learn: Annotated[int, Ge(10)] = 100
    confidence: Annotated[float, Interval(ge=0.5, lt=1)] = 0.8
    odds: Annotated[float, Gt(1)] = 4.0
    false_alarms: Annotated[float, Gt(0)] = 1.0


def checked(**given: Any) -> Settings:
    """What the options say; raises FuncgenError."""
    try:
        return TypeAdapter(Settings).validate_python(given)
    except ValidationError as error:
        problem = error.errors()[0]
        option = str(problem["loc"][0]).replace("_", "-")
        raise FuncgenError(f"--{option} {problem['input']}: {problem['msg'].lower()}") from None
