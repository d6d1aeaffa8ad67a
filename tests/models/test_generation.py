"""What holds for every model family when it writes: a cache, padding in front, beams and neighbours in a batch change nothing."""

from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pytest
import torch
from torch import Tensor
from transformers import PreTrainedModel

from funcgen import sections
from funcgen.generation.decoding import decode
from funcgen.grammar import accepts
from funcgen.models import MODELS
from funcgen.optimization.parameter_roles import Role, roles
from funcgen.optimizers import OPTIMIZERS
from funcgen.protocols import Vocabulary
from funcgen.training.loop import fit
from funcgen.training.packing import TokenSequence
from tests.generation.test_constraints import OPTIONS, Brackets
from tests.generation.test_decoding import VOCABULARY, completion_of
from tests.models.families import BOTH_WAYS, CODEC, SMALL, VARIANTS, built, each_causal_family, each_family
from tests.optimizers.test_optimizers import block
from tests.reference import left_padded
from tests.small import CHOOSE, FULL

PAD = CODEC.vocabulary.pad
PROMPTS = [[0, 101, 102, 103, 104, 1], [0, 105, 1], [0, 106, 107, 108, 109, 110, 111, 1], [0, 1]]
COMPUTE = sections.Compute(processes=1, sharding="none", threads=1, device="cpu", precision="float32", numeric_mode="fast")
each_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS)


def written(model: PreTrainedModel, ids: Tensor, mask: Tensor, **options: Any) -> Any:
    """What `generate` gives for prompts of one length, with the scores of each step."""
    model.eval()
    common = {"max_new_tokens": 6, "min_new_tokens": 6, "do_sample": False, "return_dict_in_generate": True}
    with torch.inference_mode():
        return model.generate(ids, attention_mask=mask, output_logits=True, output_scores=True, **common, **options)  # type: ignore[operator]


@each_causal_family
@pytest.mark.parametrize("split", [1, 3, 6])
def test_a_cache_changes_nothing(name: str, split: int) -> None:
    """All at once, or a part and then token by token, or two parts."""
    model = built(name).eval()
    ids = torch.tensor([PROMPTS[2], [0, 5, 4, 5, 4, 9, 8, 7]])
    with torch.inference_mode():
        whole = model(input_ids=ids).logits
        found = model(input_ids=ids[:, :split], use_cache=True)
        parts, cache = [found.logits], found.past_key_values
        for position in range(split, ids.shape[1]):
            found = model(input_ids=ids[:, position : position + 1], past_key_values=cache, use_cache=True)
            parts.append(found.logits)
            cache = found.past_key_values
        assert torch.allclose(torch.cat(parts, dim=1), whole, atol=1e-5)
        first = model(input_ids=ids[:, :split], use_cache=True)
        second = model(input_ids=ids[:, split:], past_key_values=first.past_key_values, use_cache=True).logits
        assert torch.allclose(second, whole[:, split:], atol=1e-5)


def test_a_cache_keeps_what_a_prompt_says_ahead() -> None:
    model = built(BOTH_WAYS).eval()
    ids = torch.tensor([[*PROMPTS[0], 105, 106, 107], [0, 1, 108, 109, 110, 108, 109, 110, 2]])
    with torch.inference_mode():
        whole = model(input_ids=ids).logits
        for split in (6, 7):
            found = model(input_ids=ids[:, :split], use_cache=True)
            rest = model(input_ids=ids[:, split:], past_key_values=found.past_key_values, use_cache=True).logits
            assert torch.allclose(torch.cat([found.logits, rest], dim=1), whole, atol=1e-5)


@each_family
def test_generating_without_a_cache_is_the_same(name: str) -> None:
    model = built(name)
    ids, mask = left_padded(PROMPTS, PAD)
    with_it, without = (written(model, ids, mask, use_cache=use) for use in (True, False))
    assert torch.equal(with_it.sequences, without.sequences)
    assert torch.allclose(torch.stack(with_it.logits), torch.stack(without.logits), atol=1e-5)


@each_family
def test_padding_in_front_and_neighbours_change_nothing(name: str) -> None:
    model = built(name)
    ids, mask = left_padded(PROMPTS, PAD)
    together = written(model, ids, mask)
    for row, prompt in enumerate(PROMPTS):
        alone = written(model, torch.tensor([prompt]), torch.ones(1, len(prompt), dtype=torch.long))
        assert together.sequences[row, ids.shape[1] :].tolist() == alone.sequences[0, len(prompt) :].tolist()
        for ours, theirs in zip(together.logits, alone.logits, strict=True):
            assert torch.allclose(ours[row], theirs[0], atol=1e-5)


@each_family
def test_what_stands_in_the_padding_does_not_count(name: str) -> None:
    model = built(name)
    ids, mask = left_padded(PROMPTS, PAD)
    other = torch.where(mask.bool(), ids, torch.full_like(ids, 7))
    assert not torch.equal(ids, other)
    assert torch.allclose(torch.stack(written(model, ids, mask).logits), torch.stack(written(model, other, mask).logits), atol=1e-5)


@each_family
def test_beams_take_their_caches_with_them(name: str) -> None:
    """A beam that takes another's place goes on from that one's states: without a cache there are none to mix up."""
    model = built(name, initializer_range=0.5)
    ids, mask = left_padded(PROMPTS, PAD)
    found = [written(model, ids, mask, use_cache=use, num_beams=4, num_return_sequences=4) for use in (True, False)]
    assert torch.equal(found[0].sequences, found[1].sequences)
    assert torch.allclose(found[0].sequences_scores, found[1].sequences_scores, atol=1e-4)
    assert len({tuple(row) for row in found[0].sequences.tolist()}) == 4 * len(PROMPTS)


@each_family
@pytest.mark.parametrize("method", ["greedy", "beam", "sample"])
def test_a_grammar_binds(name: str, method: Literal["greedy", "beam", "sample"]) -> None:
    """Whatever a model of wild weights wants, brackets are balanced, and the letters are there."""
    model = built(name, vocabulary=VOCABULARY, initializer_range=2.0)
    options = replace(OPTIONS, method=method)
    grammars = [Brackets(letters) for letters in (0, 1, 3, 5)]
    prompts = [[0, 4, 1], [0, 5, 6, 7, 8, 1], [0, 1], [0, 9, 9, 1]]
    for grammar, found in zip(grammars, decode(model, prompts, options, VOCABULARY, grammars), strict=True):
        assert found
        assert all(accepts(grammar, completion_of(candidate), VOCABULARY.end) for candidate in found)


@each_family
def test_the_prompt_counts(name: str) -> None:
    model = built(name)
    with torch.inference_mode():
        model.eval()
        one, other = (model(input_ids=torch.tensor([[0, token, 1]])).logits[0, -1] for token in (101, 102))
    assert not torch.allclose(one, other, atol=1e-5)


@each_family
def test_dropout_is_for_training_alone(name: str) -> None:
    changes: dict[str, Any] = {"dropout": 0.5, **({"attention_dropout": 0.5} if name == "gpt" else {})}
    model, ids = built(name, **changes), torch.tensor([PROMPTS[0]])
    with torch.inference_mode():
        model.eval()
        assert torch.equal(model(input_ids=ids).logits, built(name).eval()(input_ids=ids).logits)
        model.train()
        assert not torch.equal(model(input_ids=ids).logits, model(input_ids=ids).logits)


@each_family
def test_hidden_matrices_have_two_sides(name: str) -> None:
    """What Muon is for; and the head is the embedding."""
    model = built(name)
    found = roles(model)
    assert {weight.ndim for weight, role in found if role is Role.HIDDEN} == {2}
    assert not [weight for weight, role in found if role is Role.HEAD]
    assert model.get_output_embeddings().weight is model.get_input_embeddings().weight


@each_family
@each_optimizer
def test_every_optimizer_takes_every_family(name: str, optimizer: str) -> None:
    model = built(name)
    made = OPTIMIZERS[optimizer].build(block(optimizer), model)
    held = [id(weight) for group in made.param_groups for weight in group["params"]]
    assert sorted(held) == sorted(id(weight) for weight in model.parameters())
    before = [weight.detach().clone() for weight in model.parameters()]
    model(input_ids=torch.tensor(PROMPTS[:1])).logits.square().mean().backward()
    made.step()
    assert all(torch.isfinite(weight).all() for weight in model.parameters())
    assert sum(not torch.equal(*pair) for pair in zip(before, model.parameters(), strict=True)) >= 0.8 * len(before)


LARGER: dict[str, dict[str, Any]] = {
    "gpt": {"n_layer": 2, "n_head": 2, "n_embd": 32},
    "rnn": {"n_layer": 1, "n_embd": 32, "n_hidden": 48},
    "mlp": {"n_embd": 32, "n_hidden": 64, "window": 6},
}
"""Room enough to copy; the window reaches from a copy to what is copied."""


@each_family
def test_learns_to_copy(name: str) -> None:
    assert LARGER.keys() == SMALL.keys() == MODELS.keys()
    family, _ = VARIANTS[name]
    random = np.random.Generator(np.random.PCG64(0))
    begin, separator, end, pad, first, symbols = 0, 1, 2, 3, 4, 6
    vocabulary = Vocabulary(size=first + symbols, max_length=12, begin=begin, separator=separator, end=end, pad=pad)

    def sequence() -> TokenSequence:
        text = random.integers(first, first + symbols, random.integers(2, 4)).tolist()
        return TokenSequence([begin, *text, separator, *text, end], len(text) + 2)

    training, test = [sequence() for _ in range(2000)], [sequence() for _ in range(100)]
    model = built(name, vocabulary=vocabulary, **LARGER[family])
    budget = sections.Train(250, 32, 1, gradient_clip=1.0, validate_every=250, seed=0, label_smoothing=0.0, average=0.0, adaptation=FULL)
    schedule = sections.Schedule("cosine", warmup_steps=10, warmup_share=0.0, final_share=0.05, decay_share=0.2)
    optimizer = OPTIMIZERS["adamw"].build(block("adamw", learning_rate=0.01), model)
    fit(model, optimizer, training, test, budget=budget, schedule=schedule, compute=COMPUTE, log=lambda values, step: None)  # noqa: ARG005
    options = sections.Generate("test", 64, 6, True, "greedy", sections.Beam(2, 1.0, 0.0), sections.Sample(1.0, 0, 1.0, 0), 1, CHOOSE, None)
    decoded = decode(model, [s.input_ids[: s.prompt_length] for s in test], options, vocabulary)
    right = sum(list(found.sequence.input_ids) == list(wanted.input_ids) for (found,), wanted in zip(decoded, test, strict=True))
    assert right >= 95
