"""Generated tokens against plain loops without cache: what is greedy, what a beam may find, where generation stops."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import torch
from transformers import GenerationConfig, GPT2Config, GPT2LMHeadModel

from funcgen import sections
from funcgen.completion.gpt2 import Gpt2Stepper
from funcgen.generation.decoding import Candidate, decode, merged
from funcgen.protocols import Vocabulary
from funcgen.training.loop import sequence_losses
from funcgen.training.packing import TokenSequence
from tests.small import CHOOSE

VOCABULARY = Vocabulary(size=12, max_length=24, begin=0, separator=1, end=2, pad=3)
GREEDY = sections.Generate(
    split="test",
    batch_size=3,
    max_new_tokens=8,
    constrained=True,
    method="greedy",
    beam=sections.Beam(size=4, length_penalty=0.0, future_cost=0.0),
    sample=sections.Sample(temperature=1.0, top_k=0, top_p=1.0, seed=1),
    candidates=1,
    choose=CHOOSE,
    abstention_budget=None,
)
BEAM = replace(GREEDY, method="beam")
SAMPLE = replace(GREEDY, method="sample")
PROMPTS = [[0, 4, 1], [0, 5, 6, 7, 8, 9, 10, 11, 1], [0, 1], [0, 4, 5, 6, 1], [0, 9, 9, 1], [0, 11, 10, 1], [0, 7, 1], [0, 3, 3, 5, 1]]


def network() -> GPT2LMHeadModel:
    """Random weights that are large, so that the next token depends on those before; one greedy completion holds a pad token."""
    torch.manual_seed(7)
    config = GPT2Config(
        vocab_size=12, n_positions=24, n_embd=16, n_layer=2, n_head=2, initializer_range=0.6, bos_token_id=0, eos_token_id=2
    )
    model = GPT2LMHeadModel(config)
    model.eval()
    return model


@pytest.fixture(scope="module")
def model() -> GPT2LMHeadModel:
    return network()


def decoded(model: GPT2LMHeadModel, options: sections.Generate, prompts: Sequence[Sequence[int]] = PROMPTS) -> list[list[int]]:
    found = decode(model, prompts, options, VOCABULARY)
    for candidates, prompt in zip(found, prompts, strict=True):
        assert [(list(c.sequence.input_ids[: c.sequence.prompt_length]), c.count) for c in candidates] == [(list(prompt), 1)]
    return [completion_of(candidate) for (candidate,) in found]


def completion_of(candidate: Candidate) -> list[int]:
    return list(candidate.sequence.input_ids[candidate.sequence.prompt_length :])


@torch.inference_mode()
def plain_greedy(model: GPT2LMHeadModel, prompt: list[int], limit: int) -> list[int]:
    found: list[int] = []
    while len(found) < limit and VOCABULARY.end not in found:
        found.append(int(model(torch.tensor([[*prompt, *found]]), use_cache=False).logits[0, -1].argmax()))
    return found


def log_probabilities(model: GPT2LMHeadModel, prompts: list[list[int]], found: list[list[int]]) -> list[float]:
    sequences = [TokenSequence([*prompt, *completion], len(prompt)) for prompt, completion in zip(prompts, found, strict=True)]
    return [-loss for loss, _ in sequence_losses(model, sequences, 4, sections.Compute(1, "none", 1, "cpu", "float32", "fast"))]


def sampling(**options: Any) -> sections.Generate:
    return replace(SAMPLE, sample=replace(SAMPLE.sample, **options))


@torch.inference_mode()
def next_log_probabilities(model: GPT2LMHeadModel, ids: list[int]) -> torch.Tensor:
    logits: torch.Tensor = model(torch.tensor([ids]), use_cache=False).logits
    return logits[0, -1].log_softmax(0)


def test_greedy_is_a_plain_loop_without_cache(model: GPT2LMHeadModel) -> None:
    found = decoded(model, GREEDY)
    assert found == [plain_greedy(model, prompt, 8) for prompt in PROMPTS]
    assert {completion[-1] == VOCABULARY.end for completion in found} == {True, False}  # some stop, some are cut off
    assert any(VOCABULARY.pad in completion for completion in found)
    assert len({tuple(completion) for completion in found}) > 3  # the prompt matters


@pytest.mark.parametrize("options", [GREEDY, BEAM], ids=["greedy", "beam"])
def test_the_batch_size_does_not_change_the_output(model: GPT2LMHeadModel, options: sections.Generate) -> None:
    alone = [decoded(model, options, [prompt])[0] for prompt in PROMPTS]
    assert all(decoded(model, replace(options, batch_size=size)) == alone for size in (1, 2, 3, 64))
    assert decoded(model, options, PROMPTS[::-1]) == alone[::-1]


@pytest.mark.parametrize("options", [GREEDY, BEAM, SAMPLE], ids=["greedy", "beam", "sample"])
@pytest.mark.parametrize("limit", [1, 3, 8])
def test_a_completion_ends_with_its_end_or_at_the_limit(model: GPT2LMHeadModel, options: sections.Generate, limit: int) -> None:
    for completion in decoded(model, replace(options, max_new_tokens=limit)):
        assert VOCABULARY.end not in completion[:-1]
        assert completion[-1] == VOCABULARY.end or len(completion) == limit
        assert len(completion) <= limit


def test_nothing_to_decode(model: GPT2LMHeadModel) -> None:
    assert decode(model, [], GREEDY, VOCABULARY) == []


@pytest.mark.parametrize("length_penalty", [-1.0, 0.0, 1.0, 2.0])
def test_a_beam_as_wide_as_the_vocabulary_finds_the_best_of_two_tokens(model: GPT2LMHeadModel, length_penalty: float) -> None:
    options = replace(BEAM, max_new_tokens=2, beam=sections.Beam(12, length_penalty, 0.0))
    expected = []
    for prompt in PROMPTS:
        scores: dict[tuple[int, ...], float] = {}
        for first, first_score in enumerate(next_log_probabilities(model, prompt).tolist()):
            if first == VOCABULARY.end:
                scores[(first,)] = first_score
                continue
            for second, second_score in enumerate(next_log_probabilities(model, [*prompt, first]).tolist()):
                scores[first, second] = (first_score + second_score) / 2**length_penalty
        best = max(scores, key=scores.__getitem__)
        expected.append(list(best))
    assert decoded(model, options) == expected


def test_a_beam_finds_what_is_at_least_as_probable(model: GPT2LMHeadModel) -> None:
    """No theorem, but so on this model, and by far on some prompts."""
    greedy = log_probabilities(model, PROMPTS, decoded(model, GREEDY))
    beam = log_probabilities(model, PROMPTS, decoded(model, BEAM))
    gains = [ours - theirs for ours, theirs in zip(beam, greedy, strict=True)]
    assert min(gains) > -1e-4
    assert max(gains) > 1


def test_a_seed_determines_the_samples(model: GPT2LMHeadModel) -> None:
    first = decoded(model, SAMPLE)
    torch.rand(5)  # the state of the generator before does not count
    assert decoded(model, SAMPLE) == first
    assert decoded(model, sampling(seed=2)) != first


@pytest.mark.parametrize("narrow", [{"temperature": 1e-4}, {"top_k": 1}, {"top_p": 1e-6}], ids=["temperature", "top_k", "top_p"])
def test_sampling_that_leaves_one_token_is_greedy(model: GPT2LMHeadModel, narrow: dict[str, Any]) -> None:
    assert decoded(model, sampling(**narrow)) == decoded(model, GREEDY)
    assert decoded(model, SAMPLE) != decoded(model, GREEDY)


CUTS: list[dict[str, Any]] = [
    {"temperature": 1.0},
    {"temperature": 2.0},
    {"temperature": 2.0, "top_k": 3},
    {"temperature": 2.0, "top_p": 0.8},
]


@pytest.mark.parametrize("options", CUTS, ids=str)
def test_samples_are_as_frequent_as_the_model_says(model: GPT2LMHeadModel, options: dict[str, Any]) -> None:
    count = 4000
    found = decoded(model, replace(sampling(**options), max_new_tokens=1, batch_size=count), [PROMPTS[0]] * count)
    probabilities = (next_log_probabilities(model, PROMPTS[0]) / options["temperature"]).softmax(0)
    ranked = probabilities.argsort(descending=True)
    kept = ranked[: options.get("top_k", len(ranked))]
    before = probabilities[ranked].cumsum(0) - probabilities[ranked]  # the mass of what is more probable
    kept = kept[before[: len(kept)] < options.get("top_p", 2.0)]
    expected = torch.zeros(12).index_copy(0, kept, probabilities[kept] / probabilities[kept].sum())
    observed = torch.bincount(torch.tensor([token for (token,) in found]), minlength=12) / count
    assert torch.allclose(observed, expected, atol=0.03)
    assert not observed[expected == 0].any()


def test_settings_that_came_with_a_checkpoint_do_not_count(model: GPT2LMHeadModel) -> None:
    found = decoded(model, GREEDY)
    model.generation_config = GenerationConfig(eos_token_id=5, repetition_penalty=5.0, no_repeat_ngram_size=1, num_beams=2)
    assert decoded(model, GREEDY) == found


def candidates_of(model: GPT2LMHeadModel, options: sections.Generate, prompts: Sequence[Sequence[int]] = PROMPTS) -> list[list[Candidate]]:
    return decode(model, prompts, options, VOCABULARY)


def test_beam_search_gives_its_best_first(model: GPT2LMHeadModel) -> None:
    several = candidates_of(model, replace(BEAM, candidates=4))
    assert [completion_of(candidates[0]) for candidates in several] == decoded(model, BEAM)
    for candidates in several:
        assert 1 <= len(candidates) <= 4
        assert len({tuple(c.sequence.input_ids) for c in candidates}) == len(candidates)
        assert {c.count for c in candidates} == {1}
        losses = sequence_losses(model, [c.sequence for c in candidates], 4, sections.Compute(1, "none", 1, "cpu", "float32", "fast"))
        assert sorted(losses) == losses  # the length penalty is 0
    assert max(map(len, several)) > 1


def test_equal_draws_are_one_candidate_with_a_count(model: GPT2LMHeadModel) -> None:
    several = candidates_of(model, replace(sampling(temperature=0.5), candidates=40))
    for candidates in several:
        assert len({tuple(c.sequence.input_ids) for c in candidates}) == len(candidates)
        finished = [completion_of(c)[-1] == VOCABULARY.end for c in candidates]
        assert all(finished) or len(candidates) == 1
        assert sum(c.count for c in candidates) <= 40
    assert any(1 < max(c.count for c in candidates) < 40 for candidates in several)


def test_counts_are_as_frequent_as_the_model_says(model: GPT2LMHeadModel) -> None:
    options = replace(SAMPLE, max_new_tokens=2, candidates=1024, batch_size=500)
    for prompt in PROMPTS[:3]:
        ends = next_log_probabilities(model, prompt).exp()
        (found,) = candidates_of(model, options, [prompt])
        observed = {tuple(completion_of(c)): c.count / 1024 for c in found}
        expected: dict[tuple[int, ...], float] = {(VOCABULARY.end,): ends[VOCABULARY.end].item()}
        for first in set(range(VOCABULARY.size)) - {VOCABULARY.end}:
            second = next_log_probabilities(model, [*prompt, first]).exp()[VOCABULARY.end].item()
            expected[first, VOCABULARY.end] = ends[first].item() * second
        assert all(observed.get(completion, 0.0) == pytest.approx(share, abs=0.06) for completion, share in expected.items())
        assert set(observed) <= set(expected)


def test_one_batch_holds_no_more_draws_than_its_size(model: GPT2LMHeadModel, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    start = Gpt2Stepper.start

    def watched(self: Gpt2Stepper, prompts: Sequence[Sequence[int]], share: int, limit: int) -> torch.Tensor:
        sizes.append(len(prompts) * share)
        return start(self, prompts, share, limit)

    monkeypatch.setattr(Gpt2Stepper, "start", watched)
    candidates_of(model, replace(SAMPLE, candidates=5, batch_size=3))
    assert max(sizes) == 3
    assert sum(sizes) == 5 * len(PROMPTS)


def test_what_is_not_finished_is_dropped_unless_nothing_is_left() -> None:
    end = VOCABULARY.end
    found = [((4, 5), -1.0, False), ((5, end), -2.0, True), ((4, end), -3.0, True), ((5, end), -2.0, True)]
    assert merged([0, 1], found, counted=True) == [
        Candidate(TokenSequence([0, 1, 5, end], 2), 2, -2.0),
        Candidate(TokenSequence([0, 1, 4, end], 2), 1, -3.0),
    ]
    assert [candidate.count for candidate in merged([0, 1], found, counted=False)] == [1, 1]
    unfinished = [((4, 5), -1.0, False), ((6, 5), -0.5, False)]
    assert merged([0, 1], unfinished, counted=True) == [Candidate(TokenSequence([0, 1, 4, 5], 2), 1, -1.0)]
