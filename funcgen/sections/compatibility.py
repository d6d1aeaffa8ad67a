"""Which values of params.yaml make no sense together, though each is allowed."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from funcgen.strategies import NETWORKS
from funcgen.tasks import TASKS
from funcgen.training.schedules import warmup_steps

if TYPE_CHECKING:
    from funcgen.params import Params
    from funcgen.sections import Choose

Location = tuple[str | int, ...]
"""The keys that lead to a value."""
Finding = tuple[Location, str, object]
"""Where a value is, what is wrong with it, and the value."""
ELEMENTWISE = ("adamw", "adam", "nadamw", "sgd", "lion")
"""Optimizers whose step of a number needs that number's gradient and state alone."""


def impossible(params: "Params") -> Iterator[Finding]:
    """Combinations of values that are each allowed but make no sense together."""
    generate = params.generate
    yield from impossible_schedules(params)
    if params.train.completions_per_prompt > 1 and params.model.name != "gpt":
        message = f"is for model.name gpt, where a token sees what it is told to see, and not for {params.model.name}: choose 1"
        yield ("train", "completions_per_prompt"), message, params.train.completions_per_prompt
    if params.compute.sharding == "full":
        yield from impossible_shards(params)
    if params.compute.numeric_mode == "strict" and params.compute.device != "cpu":
        message = "makes no sense with compute.numeric_mode strict, which is about processors: choose cpu"
        yield ("compute", "device"), message, params.compute.device
    if generate.abstention_budget is not None and params.strategy.name not in NETWORKS:
        message = f"makes no sense with strategy.name {params.strategy.name}, which has no log-probability to abstain by: choose null"
        yield ("generate", "abstention_budget"), message, generate.abstention_budget
    if generate.max_new_tokens > params.tokenizer.max_completion_length:
        message = f"exceeds tokenizer.max_completion_length ({params.tokenizer.max_completion_length}): the model has no positions for more"
        yield ("generate", "max_new_tokens"), message, generate.max_new_tokens
    yield from impossible_calls(params)
    yield from impossible_whole_texts(params)
    yield from impossible_valid_tokens(params)
    if params.train.adaptation.name == "lora":
        yield from impossible_adapters(params)
    if params.strategy.name == "distilled":
        yield from impossible_distilled(params)
    if params.strategy.name == "retrieval":
        yield from impossible_retrieval(params)
    if params.strategy.name == "rule":
        yield from impossible_rules(params)


def impossible_schedules(params: "Params") -> Iterator[Finding]:
    """What makes no sense of the learning rate and the average of weights, with the budgets that are not 0."""
    schedule, optimizer = params.schedule, params.optimizer.name
    budgets = {name: budget for name, budget in (("train", params.train), ("pretrain", params.pretrain)) if budget.max_steps}
    for section, budget in budgets.items():
        steps = budget.max_steps
        if schedule.warmup_steps > steps:
            message = f"exceeds {section}.max_steps ({steps}): the warm-up would never end"
            yield ("schedule", "warmup_steps"), message, schedule.warmup_steps
        elif schedule.name == "wsd" and warmup_steps(steps, schedule) > steps * (1 - schedule.decay_share):
            message = f"makes no sense with so long a warm-up: of {section}.max_steps ({steps}) it leaves fewer steps before the fall"
            yield ("schedule", "decay_share"), message, schedule.decay_share
    if optimizer == "schedule_free_adamw":
        if schedule.name != "constant":
            message = f"makes no sense with optimizer.name {optimizer}, whose averaging stands for the fall: choose constant"
            yield ("schedule", "name"), message, schedule.name
        for section, budget in budgets.items():
            if budget.average:
                yield (section, "average"), f"makes no sense with optimizer.name {optimizer}, which averages: choose 0", budget.average


def impossible_shards(params: "Params") -> Iterator[Finding]:
    """What cannot be trained in shards, or is not there yet (see funcgen/training/sharding.py)."""
    optimizer, adaptation = params.optimizer.name, params.train.adaptation.name
    found: list[tuple[str, str]] = []
    if params.compute.processes == 1:
        found.append(("makes no sense with compute.processes 1, which has all of everything", "2 or more processes"))
    if params.model.name != "gpt":
        found.append((f"is for model.name gpt, whose blocks are gathered one by one, and not for {params.model.name}", "gpt"))
    if optimizer not in ELEMENTWISE:
        found.append((f"is not for optimizer.name {optimizer}, which needs more of a weight than a share", f"of {', '.join(ELEMENTWISE)}"))
    if adaptation != "full":
        found.append((f"is not for train.adaptation.name {adaptation}, which has little to share out", "full"))
    if params.tokenizer.valid_tokens:
        found.append(("does not tell the other processes which tokens are valid", "false for tokenizer.valid_tokens"))
    if params.train.completions_per_prompt > 1:
        found.append(("does not tell the other processes which completions have one prompt", "1 for train.completions_per_prompt"))
    for section, budget in (("train", params.train), ("pretrain", params.pretrain)):
        if budget.max_steps and budget.average:
            found.append((f"is not for {section}.average {budget.average}, which would be all weights once more", "0"))
    for message, instead in found:
        yield ("compute", "sharding"), f"{message}: choose none, or {instead}", params.compute.sharding


def impossible_adapters(params: "Params") -> Iterator[Finding]:
    """What makes no sense with LoRA, which changes little of a network that has learned something."""
    where = ("train", "adaptation", "name")
    if params.model.name != "gpt":
        yield where, f"makes no sense with model.name {params.model.name}: adapters are for gpt; choose full", "lora"
    elif params.model.module.checkpoint(params.model.params) is None and not params.pretrain.max_steps:
        message = "would adapt random weights: give model.gpt.checkpoint_name, or pretrain.max_steps above 0; from scratch choose full"
        yield where, message, "lora"
    if params.strategy.name == "distilled":
        yield where, "makes no sense with strategy.name distilled, whose small network starts from scratch: choose full", "lora"


def impossible_calls(params: "Params") -> Iterator[Finding]:
    """What makes no sense of calls, or of texts that are none."""
    if params.expression.name == "call" and params.tokenizer.lowercase:
        yield ("tokenizer", "lowercase"), "makes no sense with expression.name call, which quotes the source letter by letter", True
    if params.tokenizer.augmentation.copies and not params.task.module.scoring(params.task.params).calls:
        message = f"makes no sense with task.name {params.task.name}, whose texts are no calls: choose 0"
        yield ("tokenizer", "augmentation", "copies"), message, params.tokenizer.augmentation.copies


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


def impossible_valid_tokens(params: "Params") -> Iterator[Finding]:
    """What makes no sense where the network learns the choice among valid tokens alone."""
    if not params.tokenizer.valid_tokens:
        return
    where = ("tokenizer", "valid_tokens")
    if params.expression.name == "direct":
        yield where, "makes no sense with expression.name direct, which has no grammar: every token is valid", True
    if params.strategy.name == "distilled":
        yield where, "makes no sense with strategy.name distilled, whose small network learns from labels: choose false", True
    if not params.generate.constrained:
        yield ("generate", "constrained"), "must be true with tokenizer.valid_tokens, which leaves what is not valid unlearned", False


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
