"""Useful tokens a CPU second in training, ours and transformers' Trainer, and the share of the time that torch.mm would need.

`python -m bench.training` trains GPTs of 2 and of 10 million parameters on E2E where FUNCGEN_DATA has it, else on the assistant's pairs:
the same initial weights, pairs, optimizer, rates and steps on both sides, which take turns. Trainer has its batches grouped by length, no
padding beyond the longest of a batch and the fused AdamW; each side takes bfloat16, and Trainer attention by plain products ("eager"),
where a trial shows that it is faster. Of pairs with one prompt we compute it once, so that batches are not the same ones. Useful tokens
are those of pairs, prompts each time, without padding. Each side's loss on the same validation pairs says what both have learned.
"""

import argparse
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any, Literal

import torch
from torch.utils.data import Dataset
from transformers import PreTrainedModel, Trainer, TrainingArguments

from bench.inputs import block, examples, sequences_of, silent
from bench.measuring import Times
from funcgen import checkpoints
from funcgen import params as parameters
from funcgen.models import gpt
from funcgen.optimizers import OPTIMIZERS, adamw
from funcgen.params import Params
from funcgen.tokens import tokenization
from funcgen.tokens.tokenization import Codec
from funcgen.training.batches import Batch, training_batches, training_order
from funcgen.training.gradients import train_step
from funcgen.training.loop import fit, mean_loss, sequence_losses
from funcgen.training.packing import TokenSequence

SIZES: dict[str, dict[str, Any]] = {
    "2 M": {"n_layer": 4, "n_head": 6, "n_embd": 192},
    "10 M": {"n_layer": 5, "n_head": 8, "n_embd": 384},
}
BATCH, RATE, WARMUP, DECAY = 64, 0.001, 10, 0.01
TOGETHER = 4
"""Our pairs of one prompt for which it is computed once, at most (`train.completions_per_prompt`)."""
VALIDATION = 300
"""Pairs."""
TRIAL = 4
"""Steps by which a side's way of computing is chosen."""
Precision = Literal["float32", "bfloat16"]
PRECISIONS: tuple[Precision, ...] = ("float32", "bfloat16")
Way = tuple[Precision, str]
"""A number format, and transformers' name of a kind of attention."""
OUR_WAYS: tuple[Way, ...] = tuple((precision, "sdpa") for precision in PRECISIONS)
THEIR_WAYS: tuple[Way, ...] = tuple((precision, attention) for precision in PRECISIONS for attention in ("sdpa", "eager"))
Side = Callable[[PreTrainedModel, int, Precision], int]
"""Trains a network for so many steps; the useful tokens that it saw."""


class Pairs(Dataset[dict[str, Any]]):
    """Sequences as Trainer takes them; the loss counts what is behind the prompt."""

    def __init__(self, sequences: Sequence[TokenSequence]) -> None:
        self.rows = [
            {"input_ids": list(one.input_ids), "labels": [*[-100] * one.prompt_length, *one.input_ids[one.prompt_length :]]}
            for one in sequences
        ]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> dict[str, Any]:
        return self.rows[index]


def padded(rows: Sequence[dict[str, Any]]) -> dict[str, torch.Tensor]:
    """A batch, padded on the right to its longest row; causal attention needs no mask for that."""
    width = max(len(row["input_ids"]) for row in rows)
    fill = {"input_ids": 0, "labels": -100}
    return {name: torch.tensor([row[name] + [value] * (width - len(row[name])) for row in rows]) for name, value in fill.items()}


def theirs(
    model: PreTrainedModel,
    sequences: Sequence[TokenSequence],
    steps: int,
    precision: Precision,
    folder: str,
    rate: float = RATE,
    warmup: int = WARMUP,
    decay: float = DECAY,
) -> int:
    """Train with Trainer; the useful tokens that it saw."""
    seen = 0

    def counted(rows: Sequence[dict[str, Any]]) -> dict[str, torch.Tensor]:
        nonlocal seen
        seen += sum(len(row["input_ids"]) for row in rows)
        return padded(rows)

    arguments = TrainingArguments(
        output_dir=folder,
        max_steps=steps,
        per_device_train_batch_size=BATCH,
        learning_rate=rate,
        warmup_steps=warmup,
        lr_scheduler_type="cosine",
        weight_decay=decay,
        adam_beta2=0.98,
        max_grad_norm=1.0,
        optim="adamw_torch_fused",
        train_sampling_strategy="group_by_length",
        bf16=precision == "bfloat16",
        use_cpu=True,
        save_strategy="no",
        logging_strategy="no",
        report_to=[],
        disable_tqdm=True,
        seed=1,
    )
    Trainer(model=model, args=arguments, train_dataset=Pairs(sequences), data_collator=counted).train()
    return seen


def ours(model: PreTrainedModel, sequences: Sequence[TokenSequence], steps: int, params: Params) -> None:
    """Train as the stage does, validating on one pair at the end."""
    budget = replace(params.train, max_steps=steps, batch_size=BATCH, completions_per_prompt=TOGETHER, validate_every=steps, seed=1)
    schedule = replace(params.schedule, name="cosine", warmup_steps=WARMUP, warmup_share=0.0, final_share=0.0)
    optimizer = OPTIMIZERS["adamw"].build(replace(block(adamw.Params, "optimizer", "adamw"), learning_rate=RATE, weight_decay=DECAY), model)
    fit(model, optimizer, sequences, sequences[:1], budget=budget, schedule=schedule, compute=params.compute, log=silent)


def useful_tokens(sequences: Sequence[TokenSequence], steps: int) -> int:
    """What our training for so many steps sees."""
    order = training_order(sequences, BATCH, 1, completions_per_prompt=TOGETHER)
    return sum(len(sequences[index].input_ids) for _ in range(steps) for index in next(order))


def products(model: PreTrainedModel, batch: Batch) -> Iterator[tuple[int, int, int]]:
    """The matrix products of a step, [rows, inner] x [inner, columns], with their two of the way back: of each linear map, and logits."""
    tokens, targets = batch.input_ids.numel(), len(batch.targets)
    width, vocabulary = model.config.n_embd, model.config.vocab_size
    maps = [(tokens, width, 3 * width), (tokens, width, width), (tokens, width, 4 * width), (tokens, 4 * width, width)]
    for rows, inner, columns in [*maps * model.config.n_layer, (targets, width, vocabulary)]:
        yield from ((rows, inner, columns), (rows, columns, inner), (inner, rows, columns))


def at_the_limit(shapes: Sequence[tuple[int, int, int]]) -> float:
    """CPU seconds of these products by torch.mm, warm, each the median of a few."""
    found = 0.0
    for rows, inner, columns in dict.fromkeys(shapes):
        left, right = torch.randn(rows, inner), torch.randn(inner, columns)
        timing = Times()
        for _ in range(8):
            timing.add(partial(torch.mm, left, right))
        found += statistics.median(timing.cpu[2:]) * shapes.count((rows, inner, columns))
    return found


def share_of_the_limit(model: PreTrainedModel, sequences: Sequence[TokenSequence], params: Params, steps: int) -> float:
    """Of the time of some steps, the part that their matrix products take by torch.mm."""
    optimizer = OPTIMIZERS["adamw"].build(block(adamw.Params, "optimizer", "adamw"), model)
    batches = list(islice(training_batches(sequences, BATCH, 1, completions_per_prompt=TOGETHER), steps))
    timing, limit = Times(), 0.0
    for batch in batches:
        limit += at_the_limit(list(products(model, batch)))
        timing.add(partial(train_step, model, optimizer, batch, params.train, params.compute))
    return limit / sum(timing.cpu)


def loss_of(model: PreTrainedModel, validation: Sequence[TokenSequence], params: Params) -> float:
    """Nats a token on the validation pairs."""
    return mean_loss(sequence_losses(model, validation, BATCH, params.compute))


def compare(
    size: str, codec: Codec, training: Sequence[TokenSequence], validation: Sequence[TokenSequence], rounds: int, steps: int
) -> None:
    """Print a line for each side, and the share of the limit."""
    params = parameters.load()
    params = replace(params, compute=replace(params.compute, threads=1))

    def fresh() -> PreTrainedModel:
        torch.manual_seed(1)
        return gpt.build(replace(block(gpt.Params, "model", "gpt"), **SIZES[size]), codec.vocabulary)

    useful = {number: useful_tokens(training, number) for number in (TRIAL, steps)}

    def our(model: PreTrainedModel, steps: int, precision: Precision) -> int:
        ours(model, training, steps, replace(params, compute=replace(params.compute, precision=precision)))
        return useful[steps]

    with tempfile.TemporaryDirectory() as folder:

        def their(model: PreTrainedModel, steps: int, precision: Precision) -> int:
            return theirs(model, training, steps, precision, folder)

        each = (("ours", our, OUR_WAYS), ("Trainer", their, THEIR_WAYS))
        sides = dict(at_its_best(name, side, ways, fresh, steps) for name, side, ways in each)
        rates: dict[str, list[float]] = {name: [] for name in sides}
        losses = {}
        for number in range(rounds):
            for name, side in list(sides.items())[:: 1 if number % 2 else -1]:
                model, timing = fresh(), Times()
                rates[name].append(timing.add(partial(side, model)) / timing.cpu[0])
                losses[name] = loss_of(model, validation, params)
        share = share_of_the_limit(fresh(), training, params, 5)
    print(f"  {size}: {checkpoints.parameter_count(fresh())} parameters, {steps} steps of {BATCH} pairs, {rounds} rounds, one thread")
    first = next(iter(rates.values()))
    for name, found in rates.items():
        ratio = statistics.median(ours / own for ours, own in zip(first, found, strict=True))
        print(
            f"    {name}: {statistics.median(found):.0f} useful tokens a CPU second ({min(found):.0f} to {max(found):.0f}); "
            f"ours has {ratio:.2f} times as many; validation loss {losses[name]:.3f}",
            flush=True,
        )
    print(f"    torch.mm alone would take {100 * share:.0f} % of the time of our steps in float32", flush=True)


def at_its_best(
    name: str, side: Side, ways: Sequence[Way], fresh: Callable[[], PreTrainedModel], steps: int
) -> tuple[str, Callable[[PreTrainedModel], int]]:
    """A side's name and work in the way in which a short training, the second, which is warm, takes least."""

    def trained(model: PreTrainedModel, way: Way, steps: int) -> int:
        precision, attention = way
        model.set_attn_implementation(attention)
        return side(model, steps, precision)

    trials: dict[Way, float] = {}
    for way in ways:
        timing = Times()
        for _ in range(2):
            timing.add(partial(trained, fresh(), way, TRIAL))
        trials[way] = timing.cpu[-1]
    best = min(ways, key=trials.__getitem__)
    return f"{name}, {', '.join(best)}", lambda model: trained(model, best, steps)


def main(sizes: Sequence[str], rounds: int, steps: int) -> None:
    """Print a table for each size."""
    torch.set_num_threads(1)
    params = parameters.load()
    name, found = examples("train")
    texts = [(one.source, one.target) for one in found]
    codec = Codec(tokenization.train([text for pair in texts for text in pair], replace(params.tokenizer, vocabulary_size=1500)), 256)
    print(f"{name}: {len(texts)} training pairs")
    validation = [(one.source, one.target) for one in examples("validation")[1][:VALIDATION]]
    for size in sizes:
        compare(size, codec, sequences_of(codec, texts), sequences_of(codec, validation), rounds, steps)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", nargs="+", choices=list(SIZES), default=list(SIZES), help="of the networks; all if not given")
    parser.add_argument("--rounds", type=int, default=3, help="how often each side is timed; 3 if not given")
    parser.add_argument("--steps", type=int, default=50, help="of each training; 50 if not given: Trainer sorts as many batches by length")
    arguments = parser.parse_args()
    main(arguments.sizes, arguments.rounds, arguments.steps)
