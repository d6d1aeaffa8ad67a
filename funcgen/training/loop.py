"""The training loop, for pretraining and training alike: cross-entropy on the tokens that count, best weights by validation kept."""

import contextlib
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import torch
from tqdm import tqdm
from transformers import PreTrainedModel

from funcgen import sections
from funcgen.computing.compute import autocast
from funcgen.errors import TrainingError
from funcgen.optimization.memory import state_bytes
from funcgen.optimization.modes import show_weights_to_keep
from funcgen.protocols import Log
from funcgen.resumption import interruption
from funcgen.resumption.memory import NOWHERE, Slot
from funcgen.resumption.training_state import TrainingState
from funcgen.training import processes, sharding
from funcgen.training.averaging import Average
from funcgen.training.batches import collate, scoring_order, training_batches
from funcgen.training.gradients import Budget, Gradient, TokenLosses, token_losses, train_step
from funcgen.training.learning_curve import STEPS_CPU_SECONDS, Point
from funcgen.training.packing import TokenSequence
from funcgen.training.schedules import share_of_rate

PATIENCE = 5.0
"""Seconds of scoring that pass without a progress bar."""


@dataclass(frozen=True)
class Fitted:
    """How training went; the model holds the weights of `best`, and the optimizer kept `state_bytes`. Tied parameters count once."""

    curve: list[Point]
    best: Point
    tokens: int
    trained_parameters: int
    state_bytes: int


@torch.inference_mode()
def sequence_losses(
    model: PreTrainedModel,
    sequences: Sequence[TokenSequence],
    batch_size: int,
    compute: sections.Compute,
    token_losses: TokenLosses = token_losses,
    completions_per_prompt: int = 1,
) -> list[tuple[float, int]]:
    """For each sequence its summed cross-entropy, in nats, and the number of tokens that count; dropout is off."""
    model.eval()
    result: list[tuple[float, int]] = [(0.0, 0)] * len(sequences)
    with tqdm(total=len(sequences), unit="score", delay=PATIENCE, mininterval=2, dynamic_ncols=True, leave=False) as progress:
        for indices in scoring_order(sequences, batch_size, completions_per_prompt):
            interruption.check()
            chosen = [sequences[index] for index in indices]
            with autocast(compute, model.device):
                losses = token_losses(model, collate(chosen, completions_per_prompt).to(model.device)).double().cpu()
            counts = [len(sequence.input_ids) - sequence.prompt_length for sequence in chosen]
            for index, part in zip(indices, losses.split(counts), strict=True):
                result[index] = (float(part.sum()), len(part))
            progress.update(len(indices))
    return result


def mean_loss(losses: Sequence[tuple[float, int]]) -> float:
    """Nats a token over all sequences."""
    return sum(loss for loss, _ in losses) / max(1, sum(count for _, count in losses))


def check_finite(name: str, loss: float, step: int) -> None:
    """Raise TrainingError where a loss has left the numbers."""
    if not math.isfinite(loss):
        raise TrainingError(f"the {name} is {loss} at step {step + 1}; lower optimizer learning_rate or train.gradient_clip")


def log_point(log: Log, point: Point, spent: float) -> None:
    """Give a point of the learning curve to the tracking run, and what the steps up to it took, which is nowhere else: it varies."""
    values = {name: value for name, value in asdict(point).items() if name != "step"}
    log({**values, STEPS_CPU_SECONDS: round(spent, 2)}, point.step)


def validate(
    state: TrainingState, validation: Sequence[TokenSequence], budget: Budget, compute: sections.Compute, token_losses: TokenLosses
) -> Point:
    """The learning curve's next point; raises TrainingError where the loss is not finite."""
    show_weights_to_keep(state.optimizer)
    model, together = state.average.model, budget.completions_per_prompt
    loss = mean_loss(sequence_losses(model, validation, budget.batch_size, compute, token_losses, together))
    check_finite("validation loss", loss, state.step - 1)
    return state.add(loss)


@contextlib.contextmanager
def computing(
    state: TrainingState, training: Sequence[TokenSequence], budget: Budget, compute: sections.Compute
) -> Iterator[tuple[Gradient, TokenLosses]]:
    """What computes gradients and losses from the state's step on: this process, or several, which may have the state in shards."""
    if compute.sharding == "full":
        with sharding.sharded(state, budget, compute) as shared:
            yield shared
    else:
        with processes.gradient(state.model, training, budget, compute, state.step) as gradient:
            yield gradient, token_losses


def fit(
    model: PreTrainedModel,
    optimizer: torch.optim.Optimizer,
    training: Sequence[TokenSequence],
    validation: Sequence[TokenSequence],
    *,
    budget: Budget,
    schedule: sections.Schedule,
    compute: sections.Compute,
    log: Log,
    slot: Slot = NOWHERE,
) -> Fitted:
    """Train for `budget.max_steps` steps, validating every so often; leaves the best weights in `model`. Raises TrainingError.

    It goes on from what `slot` has, if anything, to the same bytes, and logs the curve so far again. With `compute.processes` above 1 the
    gradients are computed by as many (`funcgen.training.processes`), which with `compute.sharding` keep all else too
    (`funcgen.training.sharding`).
    """
    torch.manual_seed(budget.seed)  # dropout
    rates = [group["lr"] for group in optimizer.param_groups]
    state = TrainingState(model, optimizer, Average(model, budget.average), budget.max_steps, budget.validate_every)
    state.recall(slot)
    for point, spent in zip(state.curve, state.spent_at, strict=True):
        log_point(log, point, spent)
    batches = training_batches(training, budget.batch_size, budget.seed, state.step, budget.completions_per_prompt)
    before = state.tokens
    with (
        computing(state, training, budget, compute) as (gradient, losses),
        tqdm(total=budget.max_steps, initial=state.step, unit="step", mininterval=2, dynamic_ncols=True) as progress,
        state.kept_in(slot),
    ):
        while True:
            if state.wants_validation:
                point = validate(state, validation, budget, compute, losses)
                log_point(log, point, state.spent)
                rate_text = f"{(state.tokens - before) / max(progress.format_dict['elapsed'], 1e-9):.0f} tokens/s"
                progress.set_postfix_str(f"loss {point.train_loss:.3f}, validation {point.validation_loss:.3f}, {rate_text}")
            if state.step == budget.max_steps:
                break
            share = share_of_rate(state.step, budget.max_steps, schedule)
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * share
            begun = time.process_time()
            batch = next(batches).to(state.model.device)
            loss = train_step(state.model, optimizer, batch, budget, compute, gradient)
            check_finite("loss", loss, state.step)
            state.saw(loss, len(batch.targets), time.process_time() - begun)
            progress.update()
            state.may_end(slot)
    model.load_state_dict(state.best_weights)
    trained = sum(weight.numel() for weight in model.parameters() if weight.requires_grad)
    return Fitted(state.curve, state.best, state.tokens, trained, state_bytes(optimizer))
