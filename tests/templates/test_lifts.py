"""Which words belong to which argument."""

import math

import pytest

from funcgen.templates.alignment import arguments_of
from funcgen.templates.lifts import GAP, PHRASE_LIMIT, Lifts, Run, Text, grouped
from funcgen.templates.words import words
from tests.cafes import example

SAYINGS = [
    *[({"name": "Nord", "kids": "yes"}, "Nord is kid friendly.")] * 4,
    *[({"name": "Nord", "kids": "no"}, "Nord is for adults.")] * 4,
    *[({"name": "Nord"}, "Nord is here.")] * 4,
]


def lifts_of(sayings: list[tuple[dict[str, str], str]], copied: dict[str, bool], min_count: int = 3) -> tuple[Lifts, list[Text]]:
    texts = [Text(target, words(target), arguments_of(example(arguments, target))) for arguments, target in sayings]
    return Lifts(texts, sorted(copied), copied, min_count), texts


def test_the_lift_of_a_word_is_the_ratio_of_its_shares() -> None:
    lifts, _ = lifts_of(SAYINGS, {"name": True, "kids": False})
    own, either = lifts.weights("kids", "yes")
    expected = math.log(((4 + 0.5) / (4 + 1)) / ((0 + 0.5) / (8 + 1)))
    assert own == {"kid": pytest.approx(expected), "friendly": pytest.approx(expected)}
    assert set(either) == {"kid", "friendly", "for", "adults"}, "what belongs to the argument, with any value"
    assert "nord" not in either, "a copied argument is left out"


def test_a_rare_word_and_a_sign_belong_to_nothing() -> None:
    lifts, _ = lifts_of([*SAYINGS, ({"name": "Nord", "kids": "yes"}, "Nord is kid friendly and big!!!")], {"name": True, "kids": False}, 4)
    assert set(lifts.weights("kids", "yes")[0]) == {"kid", "friendly"}


def test_runs() -> None:
    lifts, texts = lifts_of(SAYINGS, {"name": True, "kids": False})
    weight = sum(lifts.weights("kids", "yes")[0].values())
    assert list(lifts.runs(texts[0], lifts.free[0])) == [Run("kids", 2, 4, weight)]
    assert list(lifts.runs(texts[8], lifts.free[8])) == []


def test_a_word_belongs_to_one_argument() -> None:
    """The one with the greater lift: "quiet" goes with both, but with the mood always."""
    sayings = [
        *[({"mood": "calm", "size": "small"}, "A quiet nook.")] * 4,
        *[({"mood": "calm", "size": "large"}, "A quiet hall.")] * 4,
        *[({"mood": "wild", "size": "small"}, "A loud nook.")] * 4,
        *[({"mood": "wild", "size": "large"}, "A loud hall.")] * 4,
    ]
    lifts, texts = lifts_of(sayings, {"mood": False, "size": False})
    found = [(run.name, texts[0].words[run.start].key, run.end - run.start) for run in lifts.runs(texts[0], lifts.free[0])]
    assert found == [("mood", "quiet", 1), ("size", "nook", 1)]


def test_a_run_is_no_longer_than_the_limit() -> None:
    long = " ".join(["ab", "cd", "ef", "gh", "ij", "kl", "mn", "op", "qr"][: PHRASE_LIMIT + 1])
    sayings = [*[({"kids": "yes"}, long)] * 4, *[({"kids": "yes"}, long[:-3])] * 4, *[({"kids": "no"}, "not")] * 9, *[({"x": "1"}, "")] * 9]
    lifts, texts = lifts_of(sayings, {"kids": False, "x": True})
    assert list(lifts.runs(texts[0], lifts.free[0])) == []
    assert [(run.start, run.end) for run in lifts.runs(texts[4], lifts.free[4])] == [(0, PHRASE_LIMIT)]


def test_positions_with_few_others_between_are_one_group() -> None:
    assert GAP == 1
    assert list(grouped([0, 1, 3, 6, 8, 11])) == [[0, 1, 3], [6, 8], [11]]
    assert list(grouped([])) == []
