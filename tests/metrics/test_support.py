"""Compression and the share of supported words, counted by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funcgen.metrics import support

SOURCE = "#Person1#: My key is lost.\n#Person2#: Ask Mr. Dahl, he has a key!"


def score(hypotheses: list[str], sources: list[str]) -> dict[str, float]:
    return support.scores(support.statistics(hypotheses, sources).sum(axis=0))


def test_counts() -> None:
    rows = support.statistics(["#person1# lost the KEY, the key.", "", "Ask!"], [SOURCE, SOURCE, "Nobody."])
    assert np.array_equal(rows, [[6, 4, 13], [0, 0, 13], [1, 0, 1]])


def test_words_are_summed_before_shares_are_taken() -> None:
    assert score(["lost key", "no"], [SOURCE, "a b c"]) == pytest.approx({"compression": 100 * 3 / 16, "supported_words": 100 * 2 / 3})
    assert score([SOURCE], [SOURCE]) == {"compression": 100.0, "supported_words": 100.0}
    assert score(["猫坐"], ["猫在垫子上"]) == pytest.approx({"compression": 40.0, "supported_words": 50.0})


def test_nothing_said_has_no_support() -> None:
    assert score(["", "…"], [SOURCE, SOURCE]) == {"compression": 0.0, "supported_words": 0.0}
    assert score(["word"], ["…"]) == {"compression": 0.0, "supported_words": 0.0}


def test_a_source_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        support.statistics(["a", "b"], ["a"])


@settings(deadline=None)
@given(items=st.lists(st.tuples(st.text(), st.text()), min_size=1, max_size=4))
def test_any_text_can_be_scored(items: list[tuple[str, str]]) -> None:
    found = score([one for one, _ in items], [source for _, source in items])
    assert found["compression"] >= 0
    assert 0 <= found["supported_words"] <= 100
