"""The loss is transformers' own, the schedule is as said, the best weights stay, and a seed determines the bytes."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention
from torch.optim import SGD, AdamW
from transformers import GPT2Config, GPT2LMHeadModel

from funcgen import sections
from funcgen.computing.compute import autocast
from funcgen.errors import TrainingError
from funcgen.resumption.memory import NOWHERE, Slot
from funcgen.training.batches import Batch, collate
from funcgen.training.gradients import token_losses, train_step
from funcgen.training.learning_curve import STEPS_CPU_SECONDS, Point
from funcgen.training.loop import Fitted, fit, mean_loss, sequence_losses
from funcgen.training.packing import TokenSequence
from tests.small import FULL

COMPUTE = sections.Compute(processes=1, sharding="none", threads=1, device="cpu", precision="float32", numeric_mode="fast")
CONSTANT = sections.Schedule(name="constant", warmup_steps=0, warmup_share=0.0, final_share=0.0, decay_share=0.2)
BUDGET = sections.Train(
    6, 4, completions_per_prompt=1, gradient_clip=1.0, validate_every=2, seed=1, label_smoothing=0.0, average=0.0, adaptation=FULL
)
SEQUENCES = [
    TokenSequence([0, 5, 6, 7, 1, 8, 9, 2], 5),
    TokenSequence([0, 10, 1, 11, 2], 3),
    TokenSequence([0, 1, 2], 2),
    TokenSequence([0, 12, 13, 14, 15, 1, 16, 17, 18, 19, 2], 1),
    TokenSequence([0, 4, 1], 3),  # a prompt alone
]


def tiny(dropout: float = 0.0) -> GPT2LMHeadModel:
    torch.manual_seed(0)
    config = GPT2Config(vocab_size=20, n_positions=16, n_embd=8, n_layer=2, n_head=2, initializer_range=0.3, bos_token_id=0, eos_token_id=2)
    config.resid_pdrop = config.embd_pdrop = config.attn_pdrop = dropout
    return GPT2LMHeadModel(config)


def weights(model: torch.nn.Module) -> bytes:
    return b"".join(weight.detach().numpy().tobytes() for weight in model.state_dict().values())


def run(
    model: GPT2LMHeadModel,
    optimizer: torch.optim.Optimizer,
    validation: Sequence[TokenSequence] = SEQUENCES,
    budget: sections.Train = BUDGET,
    schedule: sections.Schedule = CONSTANT,
    log: Callable[[Mapping[str, float], int], None] = lambda values, step: None,  # noqa: ARG005
    slot: Slot | None = None,
    training: Sequence[TokenSequence] = SEQUENCES,
) -> Fitted:
    slot = slot or NOWHERE
    return fit(model, optimizer, training, validation, budget=budget, schedule=schedule, compute=COMPUTE, log=log, slot=slot)


def adamw(model: GPT2LMHeadModel, rate: float = 0.01) -> AdamW:
    return AdamW(model.parameters(), lr=rate)


def test_the_loss_is_that_of_transformers() -> None:
    model = tiny().eval()
    length = max(len(sequence.input_ids) for sequence in SEQUENCES)
    ids, mask = torch.full((5, length), 3), torch.zeros((5, length), dtype=torch.long)
    labels = torch.full((5, length), -100)
    for row, sequence in enumerate(SEQUENCES):
        end = len(sequence.input_ids)
        ids[row, :end] = torch.tensor(sequence.input_ids)
        mask[row, :end] = 1
        labels[row, sequence.prompt_length : end] = ids[row, sequence.prompt_length : end]
    with torch.inference_mode():
        theirs = model(input_ids=ids, attention_mask=mask, labels=labels).loss
        ours = token_losses(model, collate(SEQUENCES))
    assert ours.shape == (3 + 2 + 1 + 10,)
    assert ours.mean().item() == pytest.approx(theirs.item(), abs=1e-6)
    assert ours.std().item() > 0.1  # tokens differ, so that a token misplaced would be seen


def test_what_fills_the_padding_does_not_count() -> None:
    model = tiny().eval()
    batch = collate(SEQUENCES)
    other = batch.input_ids.clone()
    for row, sequence in enumerate(SEQUENCES):
        other[row, len(sequence.input_ids) :] = 13
    assert not torch.equal(other, batch.input_ids)
    with torch.inference_mode():
        assert torch.equal(token_losses(model, Batch(other, batch.positions, batch.targets)), token_losses(model, batch))


@pytest.mark.parametrize("batch_size", [1, 2, 5, 64])
def test_neighbours_in_a_batch_do_not_count(batch_size: int) -> None:
    model = tiny()
    found = sequence_losses(model, SEQUENCES, batch_size, COMPUTE)
    for sequence, (loss, count) in zip(SEQUENCES, found, strict=True):
        assert count == len(sequence.input_ids) - sequence.prompt_length
        with torch.inference_mode():
            assert loss == pytest.approx(token_losses(model, collate([sequence])).sum().item(), abs=1e-5)
    assert found[4] == (0.0, 0)


def test_losses_of_sequences_are_without_dropout() -> None:
    assert sequence_losses(tiny(dropout=0.5), SEQUENCES, 2, COMPUTE) == sequence_losses(tiny(), SEQUENCES, 2, COMPUTE)


def test_mean_loss_weighs_tokens_alike() -> None:
    assert mean_loss([(6.0, 3), (0.0, 0), (2.0, 1)]) == 2.0
    assert mean_loss([]) == 0.0


def test_precision_is_a_choice() -> None:
    exact = mean_loss(sequence_losses(tiny(), SEQUENCES, 5, COMPUTE))
    rounded = mean_loss(sequence_losses(tiny(), SEQUENCES, 5, replace(COMPUTE, precision="bfloat16")))
    assert rounded != exact
    assert rounded == pytest.approx(exact, rel=0.02)


@pytest.mark.parametrize("tokens", [3, 400])
def test_attention_in_bfloat16_is_that_of_torch(tokens: int) -> None:
    exact = torch.randn(3, 2, 2, tokens, 4, generator=torch.Generator().manual_seed(1)).bfloat16().requires_grad_()
    rounded = exact.detach().clone().requires_grad_()
    query, key, value = exact.float()
    expected = scaled_dot_product_attention(query, key, value, is_causal=True)
    with autocast(replace(COMPUTE, precision="bfloat16"), exact.device):
        query, key, value = rounded
        found = scaled_dot_product_attention(query, key, value, is_causal=True)
    assert found.dtype == (torch.bfloat16 if tokens == 3 else torch.float32)
    assert torch.allclose(found.float(), expected, atol=0.02)
    expected.sum().backward()
    found.sum().backward()
    assert exact.grad is not None
    assert rounded.grad is not None
    assert torch.allclose(rounded.grad.float(), exact.grad.float(), atol=0.1)


def test_the_schedule_scales_each_group_of_the_optimizer() -> None:
    seen: list[list[float]] = []

    class Watched(SGD):
        def step(self, closure: object = None) -> None:  # type: ignore[override]
            seen.append([group["lr"] for group in self.param_groups])

    model = tiny()
    first, *rest = model.parameters()
    points: list[tuple[dict[str, float], int]] = []
    fitted = run(
        model,
        Watched([{"params": [first], "lr": 0.2}, {"params": rest, "lr": 0.1}]),
        schedule=sections.Schedule("linear", 2, 0.0, 0.0, 0.2),
        log=lambda values, step: points.append((dict(values), step)),
    )
    shares = [0.5, 1.0, 1.0, 0.75, 0.5, 0.25]
    assert seen == [[pytest.approx(0.2 * share), pytest.approx(0.1 * share)] for share in shares]
    assert [point.learning_rate for point in fitted.curve] == pytest.approx([0.2, 0.15, 0.05])
    assert [step for _, step in points] == [2, 4, 6]
    seconds = [values.pop(STEPS_CPU_SECONDS) for values, _ in points]
    assert 0 <= seconds[0] <= seconds[1] <= seconds[2]
    assert [Point(step=step, **values) for values, step in points] == fitted.curve


def test_the_gradient_is_clipped() -> None:
    model = tiny()
    before = copy.deepcopy(model)
    loss = train_step(model, SGD(model.parameters(), lr=1.0), collate(SEQUENCES), replace(BUDGET, gradient_clip=0.25), COMPUTE)
    moved = torch.cat([(new - old).flatten() for new, old in zip(model.parameters(), before.parameters(), strict=True)])
    assert moved.norm().item() == pytest.approx(0.25, rel=1e-3)
    assert loss == pytest.approx(mean_loss(sequence_losses(before, SEQUENCES, 5, COMPUTE)), abs=1e-5)


def test_the_training_loss_is_the_mean_over_tokens_since_the_point_before() -> None:
    model = tiny()
    budget = replace(BUDGET, max_steps=6, validate_every=3, batch_size=2)  # two epochs of three batches, and nothing learned
    fitted = run(model, SGD(model.parameters(), lr=0.0), budget=budget)
    expected = mean_loss(sequence_losses(tiny(), SEQUENCES, 5, COMPUTE))
    assert [point.train_loss for point in fitted.curve] == pytest.approx([expected] * 2, abs=1e-5)
    assert [point.validation_loss for point in fitted.curve] == pytest.approx([expected] * 2, abs=1e-5)
    assert fitted.tokens == 2 * 16


@pytest.mark.parametrize(("max_steps", "steps"), [(1, [1]), (4, [2, 4]), (5, [2, 4, 5])])
def test_validation_is_at_the_last_step_too(max_steps: int, steps: list[int]) -> None:
    model = tiny()
    assert [point.step for point in run(model, adamw(model), budget=replace(BUDGET, max_steps=max_steps)).curve] == steps


def test_the_best_weights_are_restored() -> None:
    """What training teaches is wrong for the validation sequences, so that they become worse with each step."""
    wrong = [TokenSequence([*sequence.input_ids[: sequence.prompt_length], 4, 4], sequence.prompt_length) for sequence in SEQUENCES]
    model = tiny()
    fitted = run(model, adamw(model, 0.02), validation=wrong, budget=replace(BUDGET, max_steps=12))
    losses = [point.validation_loss for point in fitted.curve]
    assert losses.index(min(losses)) < len(losses) - 1
    assert fitted.best == fitted.curve[losses.index(min(losses))]
    assert mean_loss(sequence_losses(model, wrong, BUDGET.batch_size, COMPUTE)) == fitted.best.validation_loss


def test_training_lowers_the_loss() -> None:
    model = tiny()
    fitted = run(model, adamw(model, 0.02), budget=replace(BUDGET, max_steps=40, validate_every=40))
    assert fitted.best.validation_loss < 0.5 * mean_loss(sequence_losses(tiny(), SEQUENCES, 5, COMPUTE))


def test_a_loss_that_is_not_finite_ends_training() -> None:
    model = tiny()
    with pytest.raises(TrainingError, match=r"the loss is nan at step 2; lower optimizer learning_rate"):
        run(model, SGD(model.parameters(), lr=float("inf")), budget=replace(BUDGET, validate_every=6))


def test_a_validation_loss_that_is_not_finite_ends_training() -> None:
    """The last step has no step behind it that would notice."""
    model = tiny()
    with pytest.raises(TrainingError, match=r"validation loss is nan at step 1; lower optimizer learning_rate"):
        run(model, SGD(model.parameters(), lr=float("inf")), budget=replace(BUDGET, max_steps=1))


def test_a_seed_determines_the_bytes() -> None:
    def trained(seed: int, drawn_before: int = 0) -> bytes:
        model = tiny(dropout=0.2)
        torch.rand(drawn_before)
        run(model, adamw(model), budget=replace(BUDGET, seed=seed))
        return weights(model)

    first = trained(1)
    assert trained(1) == first
    assert trained(1, drawn_before=7) == first
    assert trained(2) != first
    assert first != weights(tiny())


def test_label_smoothing_is_a_mixture_with_the_uniform_distribution() -> None:
    model = tiny().eval()
    batch = collate(SEQUENCES)
    with torch.inference_mode():
        logits = model(batch.input_ids).logits.flatten(0, 1)[batch.positions]
        uniform = -logits.log_softmax(-1).mean(-1)
        expected = 0.9 * token_losses(model, batch) + 0.1 * uniform
        assert torch.allclose(token_losses(model, batch, 0.1), expected, atol=1e-6)
        assert not torch.allclose(token_losses(model, batch), expected, atol=1e-3)


def test_label_smoothing_is_in_the_training_loss_alone() -> None:
    model = tiny()
    fitted = run(model, SGD(model.parameters(), lr=0.0), budget=replace(BUDGET, batch_size=5, label_smoothing=0.2))
    with torch.inference_mode():
        smoothed = token_losses(tiny().eval(), collate(SEQUENCES), 0.2).mean().item()
    plain = mean_loss(sequence_losses(tiny(), SEQUENCES, 5, COMPUTE))
    assert smoothed > plain + 0.001
    assert [point.train_loss for point in fitted.curve] == pytest.approx([smoothed] * 3, abs=1e-5)
    assert [point.validation_loss for point in fitted.curve] == pytest.approx([plain] * 3, abs=1e-5)


def test_label_smoothing_keeps_probabilities_from_the_extremes() -> None:
    def trained(smoothing: float) -> float:
        model = tiny()
        fitted = run(model, adamw(model, 0.03), budget=replace(BUDGET, max_steps=80, validate_every=80, label_smoothing=smoothing))
        return fitted.best.validation_loss

    assert trained(0.3) > trained(0.0) + 0.1


def test_the_average_is_what_is_validated_and_kept() -> None:
    decay, steps = 0.7, 4
    history: list[list[torch.Tensor]] = []

    class Watched(AdamW):
        def step(self, closure: object = None) -> None:  # type: ignore[override]
            super().step()
            history.append([weight.detach().clone() for weight in model.parameters()])

    model = tiny()
    budget = replace(BUDGET, max_steps=steps, validate_every=steps, average=decay)
    fitted = run(model, Watched(model.parameters(), lr=0.02), budget=budget)
    shares = [decay ** (steps - step) for step in range(1, steps + 1)]
    for kept, *seen in zip(model.parameters(), *history, strict=True):
        expected = sum(share * weight for share, weight in zip(shares, seen, strict=True)) / sum(shares)
        assert torch.allclose(kept, torch.as_tensor(expected), atol=1e-6)
        assert not torch.allclose(kept, seen[-1], atol=1e-4)
    assert mean_loss(sequence_losses(model, SEQUENCES, BUDGET.batch_size, COMPUTE)) == fitted.best.validation_loss


def test_the_average_does_not_change_what_is_trained() -> None:
    """The training losses are those of the steps, and one step's average is that step's weights."""
    plain, averaged = tiny(dropout=0.2), tiny(dropout=0.2)
    without = run(plain, adamw(plain))
    with_it = run(averaged, adamw(averaged), budget=replace(BUDGET, average=0.9))
    assert [point.train_loss for point in with_it.curve] == [point.train_loss for point in without.curve]
    assert [point.validation_loss for point in with_it.curve] != [point.validation_loss for point in without.curve]
    plain, averaged = tiny(), tiny()
    run(plain, adamw(plain), budget=replace(BUDGET, max_steps=1))
    run(averaged, adamw(averaged), budget=replace(BUDGET, max_steps=1, average=0.999))
    assert weights(plain) == weights(averaged)
