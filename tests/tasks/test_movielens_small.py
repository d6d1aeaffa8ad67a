"""The MovieLens task: what a rating is, the examples of likes in time, and the real data whole."""

from collections import Counter

import pytest

from funcgen.artifacts import Example, Rejected
from funcgen.calls.canonical import parse, render
from funcgen.ingestion.acceptance import check
from funcgen.ingestion.collection import ingest
from funcgen.raw.records import Record
from funcgen.scoring import Ranking
from funcgen.tasks.movielens_small import Like, Params, examples, read, scoring, to_like
from tests import real_data
from tests.small import INGEST

PARAMS = Params(least_rating=4.0, recent=10, validation_share=0.1, test_share=0.1)
TITLES = {1: "Heat (1995)", 2: "Babe (1995)", 3: 'The "Game" (1997)'}


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the task find the real data, which are not part of the repository."""
    monkeypatch.setenv("FUNCGEN_DATA", str(real_data.folder("movielens_small/movies.csv")))


def record(rating: str, film: str = "1") -> Record:
    return Record("ratings.csv:2", {"userId": "7", "movieId": film, "rating": rating, "timestamp": "964982703"})


def test_a_like() -> None:
    assert to_like(record("4.0"), 4.0) == Like(964982703, 7, 1, "ratings.csv:2")
    assert to_like(record("3.5"), 4.0) is None
    assert to_like(record("3.5"), 3.5) is not None


@pytest.mark.parametrize("row", [record("good"), record("5.0", film="")])
def test_what_is_no_number_is_rejected(row: Record) -> None:
    found = to_like(row, 4.0)
    assert isinstance(found, Rejected)
    assert found.reason == "a number is none"


def test_what_is_shown_is_what_was_liked_before() -> None:
    likes = [Like(1, 7, 1, "a"), Like(2, 8, 2, "b"), Like(3, 7, 2, "c"), Like(4, 7, 3, "d"), Like(5, 8, 3, "e")]
    params = Params(least_rating=4.0, recent=1, validation_share=0.2, test_share=0.2)
    assert list(examples(likes, TITLES, params)) == [
        Example("train", "7 2", "Heat (1995)", 'recommend(title="Babe (1995)")', "c"),
        Example("validation", "7 3", "Babe (1995)", 'recommend(title="The \\"Game\\" (1997)")', "d", slices=("new_film",)),
        Example("test", "8 3", "Babe (1995)", 'recommend(title="The \\"Game\\" (1997)")', "e", slices=("new_film",)),
    ]


def test_likes_of_one_time_are_in_one_split() -> None:
    likes = [Like(time, user, user % 3 + 1, "") for time in (1, 2, 2, 2, 3) for user in (7, 8)]
    params = Params(least_rating=4.0, recent=9, validation_share=0.3, test_share=0.3)
    splits = Counter(example.split for example in examples(likes, TITLES, params))
    assert splits == {"test": 8}  # the latest 30 % begin at time 2; what is earlier is a user's first


def test_shares_leave_something_to_train_on() -> None:
    with pytest.raises(ValueError, match="must be below 1"):
        Params(least_rating=4.0, recent=9, validation_share=0.5, test_share=0.5)


def test_scoring_is_of_calls() -> None:
    assert scoring(PARAMS).calls
    assert scoring(PARAMS).ranking == Ranking(k=10, unit="text", unseen=True)
    assert scoring(PARAMS).baselines == ("popular",)


@pytest.mark.usefixtures("data")
def test_the_real_data() -> None:
    found = ingest(read(PARAMS), INGEST)
    check(found, INGEST)
    assert found.counts == {
        "rows_in": 47_971,  # 48,580 ratings of 4 stars and more, less the first of each of 609 users that have one
        "rows_rejected": 0,
        "rows_duplicate": 129,
        "rows_left_out": 0,
        "rows_changed": 0,
        "pairs_train": 38_239,
        "pairs_validation": 4_816,
        "pairs_test": 4_787,
        "examples_train": 38_239,
        "examples_validation": 4_800,
        "examples_test": 4_761,
        "same_source_validation": 25,
        "near_duplicates_validation": 25,
        "same_source_test": 20,
        "near_duplicates_test": 20,
    }
    everything = [example for rows in found.examples.values() for example in rows]
    assert all(render(parse(example.target)) == example.target for example in everything)
    trained = {example.target for example in found.examples["train"]}
    assert not [example for example in found.examples["test"] if example.slices == ("new_film",) and example.target in trained]
    assert max(example.source.count("\n") for example in everything) == 9
