"""Which values of params.yaml make no sense together, though each is allowed."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from funcgen.tasks import TASKS

if TYPE_CHECKING:
    from funcgen.params import Params
    from funcgen.sections import Choose

Location = tuple[str | int, ...]
"""The keys that lead to a value."""
Finding = tuple[Location, str, object]
"""Where a value is, what is wrong with it, and the value."""


def impossible(params: "Params") -> Iterator[Finding]:
    """Combinations of values that are each allowed but make no sense together."""
    schedule, generate = params.schedule, params.generate
    for section, steps in (("train", params.train.max_steps), ("pretrain", params.pretrain.max_steps)):
        if 0 < steps < schedule.warmup_steps:
            message = f"exceeds {section}.max_steps ({steps}): the warm-up would never end"
            yield ("schedule", "warmup_steps"), message, schedule.warmup_steps
    if generate.max_new_tokens > params.tokenizer.max_completion_length:
        message = f"exceeds tokenizer.max_completion_length ({params.tokenizer.max_completion_length}): the model has no positions for more"
        yield ("generate", "max_new_tokens"), message, generate.max_new_tokens
    if params.expression.name == "call" and params.tokenizer.lowercase:
        yield ("tokenizer", "lowercase"), "makes no sense with expression.name call, which quotes the source letter by letter", True
    yield from impossible_whole_texts(params)
    if params.strategy.name == "distilled":
        yield from impossible_distilled(params)
    if params.strategy.name == "retrieval":
        yield from impossible_retrieval(params)
    if params.strategy.name == "rule":
        yield from impossible_rules(params)


def impossible_whole_texts(params: "Params") -> Iterator[Finding]:
    """What makes no sense with or without a second network, of the texts themselves."""
    if params.tokenizer.whole_texts and params.expression.name == "direct":
        yield ("tokenizer", "whole_texts"), "makes no sense with expression.name direct, whose expressions are the texts themselves", True
    choices: list[tuple[Location, Choose]] = [(("generate", "choose"), params.generate.choose)]
    if params.strategy.name == "distilled":
        choices.append((("strategy", "distilled", "label", "choose"), params.strategy.params.label.choose))
    for where, choose in choices:
        if choose.asks_texts and not params.tokenizer.whole_texts:
            message = "asks a second network, which is there with tokenizer.whole_texts alone: set it to true"
            yield (*where, "by") if choose.by == "text" else (*where, "consensus", "weights"), message, "text"


def impossible_distilled(params: "Params") -> Iterator[Finding]:
    """What makes no sense with a small network that learns from a large one; `student` is checked as model's block is."""
    if params.expression.name != "template":
        message = "makes no sense with strategy.name distilled, which distils templates: choose template, or strategy.name model"
        yield ("expression", "name"), message, params.expression.name
    if params.generate.choose.asks_texts:
        message = "asks a second network, which strategy.name distilled does without: strategy.distilled.label.choose asks it in training"
        yield ("generate", "choose", "by"), message, params.generate.choose.by
    where, student = ("strategy", "distilled", "student"), params.strategy.params.student
    block = json.dumps({**asdict(params.model.params), **student})
    try:
        small = TypeAdapter(params.model.module.Params).validate_json(block, strict=True, extra="forbid")
    except ValidationError as error:
        for detail in error.errors():
            yield (*where, *detail["loc"]), f"{detail['msg']}; it is a value of model.{params.model.name}", None
        return
    if params.model.module.checkpoint(small) is not None:
        yield where, "would start from a checkpoint, whatever its size: give checkpoint_name and revision as null in it", None


def impossible_retrieval(params: "Params") -> Iterator[Finding]:
    """What makes no sense without a network."""
    if params.generate.candidates > 1:
        message = "makes no sense with strategy.name retrieval, which writes one expression; strategy.retrieval.candidates compares more"
        yield ("generate", "candidates"), message, params.generate.candidates
    if params.pretrain.max_steps:
        yield ("pretrain", "max_steps"), "makes no sense with strategy.name retrieval, which has no network", params.pretrain.max_steps


def impossible_rules(params: "Params") -> Iterator[Finding]:
    """What makes no sense with hand-written rules; those named for a task are for that task."""
    task, rules = params.task.name, params.strategy.params.rules
    if params.expression.name not in ("template", "direct"):
        message = "makes no sense with strategy.name rule, which writes templates: choose template or direct"
        yield ("expression", "name"), message, params.expression.name
    if rules in TASKS and rules != task:
        message = f"is for task.name {rules}, which is {task}: choose rules for it, or write funcgen/rules/NAME.toml and give its NAME"
        yield ("strategy", "rule", "rules"), message, rules
    if rules == task == "assistant" and params.task.params.language != "en":
        yield ("task", "assistant", "language"), "has no rules: choose en, or write rules of your own", params.task.params.language
