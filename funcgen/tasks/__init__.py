"""Tasks: adapters from raw data to examples."""

from collections.abc import Mapping

from funcgen.protocols import Task
from funcgen.tasks import (
    assistant,
    bitext,
    bitext_answers,
    cmrc2018,
    crosswoz,
    dialogsum,
    e2e,
    files,
    financial_phrasebank,
    gsm8k,
    hub,
    movielens_small,
    multi30k,
    requests,
    sgd_calls,
    sgd_utterances,
    snips,
)

TASKS: Mapping[str, Task] = {
    "assistant": assistant,
    "bitext": bitext,
    "bitext_answers": bitext_answers,
    "cmrc2018": cmrc2018,
    "crosswoz": crosswoz,
    "dialogsum": dialogsum,
    "e2e": e2e,
    "files": files,
    "financial_phrasebank": financial_phrasebank,
    "gsm8k": gsm8k,
    "hub": hub,
    "movielens_small": movielens_small,
    "multi30k": multi30k,
    "requests": requests,
    "sgd_calls": sgd_calls,
    "sgd_utterances": sgd_utterances,
    "snips": snips,
}
