"""The threshold below which nothing is answered: within the budget on what it was chosen by, and no lower than it must be."""

import math
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from funcgen.artifacts import Example
from funcgen.expressions.direct import Direct
from funcgen.generation.abstention import Calibration, calibration, threshold
from funcgen.generation.writing import Writer
from funcgen.protocols import Generation
from funcgen.storage.examples import write_examples

SUM, MEAN = 0.0, 1.0


@given(st.lists(st.floats(-50, 0), min_size=1, max_size=60), st.floats(0, 1))
def test_the_budget_is_kept_and_used(confidences: list[float], budget: float) -> None:
    least = threshold(confidences, budget)
    assert sum(one < least for one in confidences) <= budget * len(confidences) + 1e-6
    higher = [one for one in confidences if one > least]
    if higher:
        assert sum(one < min(higher) for one in confidences) > budget * len(confidences) - 1e-6


def test_shares_that_are_no_sum_of_halves() -> None:
    confidences = [float(one) for one in range(-100, 0)]
    for hundredths in range(100):
        assert sum(one < threshold(confidences, hundredths / 100) for one in confidences) == hundredths
    assert threshold(confidences, 1.0) == -1.0
    assert threshold([], 0.5) == -math.inf


def test_a_calibration_is_of_what_is_in_scope(tmp_path: Path) -> None:
    examples = [
        Example("validation", one, one, "pay()", "", references=("pay()",), slices=slices, id=one)
        for one, slices in (("a", ("in_scope",)), ("b", ("out_of_scope", "snips")), ("c", ()))
    ]
    write_examples(tmp_path / "validation.parquet", examples)
    found = calibration(0.1, tmp_path)
    assert found is not None
    assert found.budget == 0.1
    assert [one.id for one in found.examples] == ["a", "c"]
    assert calibration(None, tmp_path) is None


def test_confidence_is_a_sum_or_a_mean_of_log_probabilities() -> None:
    written = Generation("1", "x", 4, -2.0, True)
    assert (written.score(SUM), written.score(MEAN)) == (-2.0, -0.5)
    assert Generation("1", "x", 0, 0.0, True).score(MEAN) == 0.0


def test_a_writer_s_threshold_is_by_what_it_writes() -> None:
    def write(examples: object, memory: object) -> list[Generation]:
        assert isinstance(examples, list)
        return [Generation(one.id, one.source, len(one.source), -2.0 * len(one.source), True) for one in examples]

    examples = [Example("validation", "", "x" * length, "", "") for length in range(1, 11)]
    writer = Writer(Direct(), write)  # type: ignore[arg-type]
    assert writer.threshold(Calibration(0.2, examples), SUM) == -16.0
    assert writer.threshold(Calibration(0.2, examples), MEAN) == -2.0
    assert writer.threshold(None, SUM) == -math.inf
