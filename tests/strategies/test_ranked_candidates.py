"""From a network to ranked calls and their scores: where each value is one token, the beam's list is that of all calls' likelihood."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from funcgen import checkpoints, sections
from funcgen.artifacts import TRAINED, Example
from funcgen.calls.schema import Thresholds
from funcgen.expressions import call
from funcgen.generation.abstention import Calibration
from funcgen.generation.writing import Writer
from funcgen.models import gpt
from funcgen.protocols import Chosen, GenerateJob, Generation
from funcgen.scoring.evaluation import evaluation
from funcgen.sections import Evaluate
from funcgen.strategies import model as strategy
from funcgen.tasks import bitext, movielens_small
from funcgen.tokens import tokenization
from funcgen.tokens.tokenization import Codec
from funcgen.training.loop import sequence_losses
from funcgen.training.packing import TokenSequence
from tests.generation.test_decoding import BEAM
from tests.small import SIZES
from tests.small import TOKENIZER as SMALL

COMPUTE = sections.Compute(processes=1, sharding="none", threads=1, device="cpu", precision="float32", numeric_mode="fast")
TOKENIZER = replace(SMALL, max_prompt_length=32)
EVALUATE = Evaluate(bootstrap_samples=100, confidence=0.95, seed=1)
PARAMS = call.Params(
    Thresholds(min_count=1, max_values=100, min_share=0.0, few=100), quoted=[], order="schema", lines_as_symbols=True, hint="none"
)
TITLES = [f"Film {number} ({1950 + number})" for number in range(12)]


def like(shown: list[str], title: str, split: str = "test", slices: tuple[str, ...] = ()) -> Example:
    target = f'recommend(title="{title}")'
    source = "\n".join(shown)
    return Example(split, source, source, target, "", references=(target,), slices=slices, id=source + title)  # type: ignore[arg-type]


TRAINING = [like([TITLES[number - 1]], title, "train") for number, title in enumerate(TITLES)]
INPUTS = [like(TITLES[3:6], TITLES[8], slices=("known_film",)), like([TITLES[0], "New (2000)"], "Newer (2001)", slices=("new_film",))]


@pytest.fixture
def codec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Codec:
    """A project folder with a model of random weights."""
    monkeypatch.chdir(tmp_path)
    codec = Codec(tokenization.train([], TOKENIZER, language().symbols), 40)
    torch.manual_seed(5)
    checkpoints.save(gpt.build(SIZES, codec.vocabulary), codec, TRAINED)
    return codec


def language() -> call.Calls:
    return call.language(PARAMS, call.learn(PARAMS, TRAINING))


def writer(size: int) -> Writer:
    options = replace(BEAM, candidates=size, beam=sections.Beam(size, 1.0, 0.0))
    job = GenerateJob(options, COMPUTE, TOKENIZER, language())
    return Writer(language(), strategy.writer(strategy.Params(), job))


def likelihoods(codec: Codec, example: Example, end: bool) -> dict[str, float]:
    """The log-probability of the call of each film, with or without the end."""
    network, _ = checkpoints.load(TRAINED, torch.device("cpu"))
    (prompt,) = codec.prompts([language().prompt(example)])
    expressions = [language().express(like([], title)) or "" for title in TITLES]
    completions = [ids if end else ids[:-1] for ids in codec.completions(expressions)]
    losses = sequence_losses(network, [TokenSequence([*prompt, *ids], len(prompt)) for ids in completions], 64, COMPUTE)
    return {expression: -loss for expression, (loss, _) in zip(expressions, losses, strict=True)}


def listed(generation: Generation) -> list[str]:
    return [generation.expression, *generation.alternatives]


@pytest.mark.parametrize("size", [12, 20])
def test_a_beam_as_large_as_the_films_ranks_them_by_likelihood(codec: Codec, size: int) -> None:
    for example, written in zip(INPUTS, writer(size).written(INPUTS), strict=True):
        scores = likelihoods(codec, example, end=True)
        assert listed(written.generation) == sorted(scores, key=lambda expression: -scores[expression])
        assert list(written.alternatives) == [language().execute(one, example) for one in written.generation.alternatives]


def test_a_smaller_one_ranks_those_whose_film_is_likeliest(codec: Codec) -> None:
    for example, written in zip(INPUTS, writer(5).written(INPUTS), strict=True):
        films, scores = (likelihoods(codec, example, end) for end in (False, True))
        likeliest = sorted(films, key=lambda expression: -films[expression])[:5]
        assert listed(written.generation) == sorted(likeliest, key=lambda expression: -scores[expression])


def test_the_ranking_is_scored_beside_the_most_popular_films(codec: Codec) -> None:
    task = Chosen("movielens_small", movielens_small, movielens_small.Params(4.0, 10, 0.1, 0.1))
    rows = [one.row(abstained=False) for one in writer(12).written(INPUTS)]
    found = evaluation(task, EVALUATE, "test", INPUTS, rows, TRAINING, None)
    scores = likelihoods(codec, INPUTS[0], end=True)
    shown = {language().express(like([], title)) for title in TITLES[3:6]}
    ranked = [one for one in sorted(scores, key=lambda one: -scores[one]) if one not in shown]
    place = 1 + ranked.index(language().express(like([], TITLES[8])) or "")
    assert found["evaluate"]["slices"]["known_film"]["mrr_at_k"]["score"] == round(100 / place, 2)
    assert found["evaluate"]["slices"]["new_film"]["ndcg_at_k"]["score"] == 0.0
    assert set(found["baselines"]["popular"]) == set(found["evaluate"]) - {"slices"}
    assert "ndcg_at_k" not in found["baselines"]["copy_source"]
    assert found["signatures"]["ndcg_at_k"]["n"] == 2


def test_what_a_network_leaves_unanswered_is_scored_beside_the_nearest_request(codec: Codec) -> None:
    """Of validation's ten inputs in scope two may be left unanswered, by either system."""
    validation = [like([title], title, "validation", ("in_scope",)) for title in TITLES[:10]]
    inputs = [*(replace(one, split="test") for one in validation), replace(INPUTS[1], slices=("out_of_scope", "snips"))]
    writes = writer(4)
    calibration = Calibration(0.2, validation)
    least = writes.threshold(calibration, BEAM.beam.length_penalty)
    rows = [one.row(abstained=one.generation.score(BEAM.beam.length_penalty) < least) for one in writes.written(inputs)]
    task = Chosen("bitext", bitext, bitext.Params([], snips=True, fresh_values=False))
    found = evaluation(task, EVALUATE, "test", inputs, rows, TRAINING, calibration)
    assert found["evaluate"]["false_alarms"]["score"] == 20.0
    assert found["evaluate"]["answered_accuracy"]["score"] == 100.0  # there is one function
    assert found["baselines"]["nearest_source"]["false_alarms"]["score"] <= 20.0
    assert found["evaluate"]["slices"]["snips"]["out_of_scope_recall"] == found["evaluate"]["out_of_scope_recall"]
    assert found["signatures"]["false_alarms"]["signature"].startswith("threshold:validation|budget:0.2|")
    assert "out_of_scope_recall" not in found["baselines"]["most_frequent_target"]
