"""The paired bootstrap: against the slow way, and on systems whose difference is known."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from sacrebleu.metrics.bleu import BLEU

from funcgen.errors import ArtifactError
from funcgen.metrics import bleu, exact_match
from funcgen.scoring import Scoring
from funcgen.scoring.paired import compare, difference
from funcgen.scoring.scorecard import Table, metric_tables
from funcgen.sections import Evaluate

SCORING = Scoring(lowercase=False, tokenizer="13a")
EVALUATE = Evaluate(bootstrap_samples=200, confidence=0.95, seed=7)
REFERENCES = [[f"The bus number {i} leaves from the station at noon.", f"Bus {i} leaves at noon from here."] for i in range(40)]
RIGHT = [one[0] for one in REFERENCES]
WORSE = [text if i % 3 else f"the bus {i} is leaving the station soon" for i, text in enumerate(RIGHT)]
OTHER = [text if i % 4 else f"bus {i} leaves from a station" for i, text in enumerate(RIGHT)]


def tables(hypotheses: list[str]) -> list[Table]:
    return metric_tables({"bleu": bleu, "exact_match": exact_match}, hypotheses, REFERENCES, SCORING)


def selected(tables: Sequence[Table], items: Sequence[int]) -> list[Table]:
    """The tables of some items alone, as of a slice."""
    return [replace(table, statistics=table.statistics[list(items)]) for table in tables]


def test_it_equals_the_direct_computation() -> None:
    """The same items drawn for both, scored by sacrebleu on the drawn texts."""

    def score(hypotheses: list[str], chosen: list[int]) -> float:
        streams = [[REFERENCES[i][place] for i in chosen] for place in range(2)]
        return float(BLEU().corpus_score([hypotheses[i] for i in chosen], streams).score)

    generator = np.random.Generator(np.random.PCG64(EVALUATE.seed))
    drawn = []
    for _ in range(EVALUATE.bootstrap_samples):
        chosen = [int(i) for i in generator.integers(40, size=40)]
        drawn.append(score(WORSE, chosen) - score(OTHER, chosen))
    everything = list(range(40))
    observed = score(WORSE, everything) - score(OTHER, everything)
    low, high = np.quantile(drawn, [0.025, 0.975])
    p = (1 + sum(abs(one - observed) >= abs(observed) for one in drawn)) / 201
    found = compare(tables(WORSE), tables(OTHER), EVALUATE)["bleu"]
    assert (found.score, found.low, found.high) == (round(observed, 2), round(low, 2), round(high, 2))
    assert found.p == pytest.approx(p, abs=1e-4)
    assert 0.005 < found.p < 1


def test_identical_systems() -> None:
    for found in compare(tables(WORSE), tables(list(WORSE)), EVALUATE).values():
        assert (found.score, found.low, found.high, found.p) == (0, 0, 0, 1)


def test_a_clearly_better_system() -> None:
    found = compare(tables(RIGHT), tables(WORSE), EVALUATE)
    assert set(found) == {"bleu", "exact_match"}
    assert found["exact_match"].score == 35.0  # 14 of 40
    assert all(one.low > 0 and one.p == pytest.approx(1 / 201, abs=1e-4) for one in found.values())


def test_the_other_way_round() -> None:
    one, two = compare(tables(WORSE), tables(OTHER), EVALUATE), compare(tables(OTHER), tables(WORSE), EVALUATE)
    for name, found in one.items():
        assert (found.score, found.low, found.high, found.p) == (-two[name].score, -two[name].high, -two[name].low, two[name].p)


def test_pairing_narrows_the_interval() -> None:
    """Systems that fail on the same hard items: each score varies widely, their difference hardly."""
    hard = [text if i % 2 else "no" for i, text in enumerate(RIGHT)]
    harder = [text if i != 1 else "no" for i, text in enumerate(hard)]
    found = compare(tables(hard), tables(harder), EVALUATE)["exact_match"]
    assert found.score == 2.5
    assert found.high - found.low < 8  # each alone: about 31


def test_a_difference_that_chance_makes_is_not_significant() -> None:
    """Where systems are equal, p below 0.1 comes about one time in ten."""
    generator = np.random.default_rng(1)
    small = 0
    for _ in range(200):
        values = generator.normal(size=(60, 2))
        means = [values[generator.integers(60, size=60)].mean(axis=0) for _ in range(100)]
        drawn = np.array([one - two for one, two in means])
        small += difference(float(values[:, 0].mean() - values[:, 1].mean()), drawn, 0.95).p < 0.1
    assert 6 < small < 36


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(ArtifactError, match="only on the same items"):
        compare(tables(RIGHT), selected(tables(RIGHT), range(10)), EVALUATE)
    with pytest.raises(ArtifactError, match="by the same metrics"):
        compare(tables(RIGHT)[:1], tables(RIGHT)[1:], EVALUATE)
    with pytest.raises(ArtifactError, match="by the same metrics"):
        compare(tables(RIGHT)[:1], tables(RIGHT), EVALUATE)


def test_a_part_alone() -> None:
    part = range(0, 40, 3)
    found = compare(selected(tables(RIGHT), part), selected(tables(WORSE), part), EVALUATE)["exact_match"]
    assert (found.score, found.low, found.high) == (100, 100, 100)
