"""MovieLens (Harper and Konstan 2015), the small set of 2018: what a user liked lately -> the film that the user likes next.

    source     Toy Story (1995)
               Heat (1995)
    target     recommend(title="Seven (1995)")

A like is a rating of `least_rating` stars or more. One example for each like but a user's first: the source is the user's likes before it,
`recent` of them at most, oldest first. The split is one of time: all likes of train are earlier than those of validation, and these than
those of test, so that nobody is recommended by what people liked later. Slices say whether training has a like of the film. Films of one
title and year are one. There is one right title: exact match is the share of first recommendations that hit, and of the ten best candidates
that the source does not show NDCG, the reciprocal rank and recall are taken. Whatever a user liked before what is shown can be among them.
GroupLens' terms: for research, with acknowledgement, not to be passed on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NamedTuple

from annotated_types import Interval

from funcgen.artifacts import Example, Rejected, Split
from funcgen.calls.canonical import Call, quote, render
from funcgen.protocols import DataSet
from funcgen.raw import read as read_file
from funcgen.raw.downloads import Release, obtain
from funcgen.raw.records import Record, reject
from funcgen.scoring import Ranking, Scoring
from funcgen.sections import Positive, Share, leave_training

VERSION = "1"
RELEASE = Release(
    folders=("movielens_small", "ml-latest-small"),
    url="https://files.grouplens.org/datasets/movielens/ml-latest-small.zip",
    sha256={
        "movies.csv": "c47b783f23eb304413307e1bb05335e427737da20ec8d3c0e96335567dd5f3dc",
        "ratings.csv": "80da8b3393dae325bbba5a31f291a6ba55d8d4f4396de3c456f2c1635b1b70e8",
    },
)


@dataclass(frozen=True)
class Params:
    """What a like is, how many are shown, and the shares of likes, the latest ones, that are validation's and test's."""

    least_rating: Annotated[float, Interval(ge=0.5, le=5)]
    recent: Positive
    validation_share: Share
    test_share: Share

    def __post_init__(self) -> None:
        leave_training(self.validation_share, self.test_share)


class Like(NamedTuple):
    """Who liked which film when, in seconds of Unix time; ordered by time."""

    time: int
    user: int
    film: int
    origin: str


def arguments(source: str) -> tuple[tuple[str, str], ...]:
    """None: titles are plain text."""
    return ()


def data(params: Params) -> DataSet:
    """Its likes."""
    return DataSet("MovieLens latest small, 2018 (Harper and Konstan 2015)", "other", ("en",))


def scoring(params: Params) -> Scoring:
    """Cased calls and their ranking, beside the films that most people like of those that the user is not known to like."""
    return Scoring(lowercase=False, tokenizer="13a", calls=True, ranking=Ranking(k=10, unit="text", unseen=True), baselines=("popular",))


def slot_checker(params: Params) -> None:
    """None: the text is the call, and no arguments are to be said."""


def read(params: Params) -> Iterator[Example | Rejected]:
    """The likes in the order of time; raises DataError."""
    paths = obtain(RELEASE)
    titles: dict[int, str] = {}
    for record in read_file(paths["movies.csv"], "movies.csv", ("movieId", "title")):
        if isinstance(record, Rejected):
            yield record
        else:
            titles[int(str(record.values["movieId"]))] = " ".join(str(record.values["title"]).split())
    found = list(likes(paths["ratings.csv"], params.least_rating))
    yield from (row for row in found if isinstance(row, Rejected))
    yield from examples(sorted(row for row in found if isinstance(row, Like)), titles, params)


def likes(path: Path, least: float) -> Iterator[Like | Rejected]:
    """The ratings of `least` stars or more, in the file's order."""
    for record in read_file(path, "ratings.csv", ("userId", "movieId", "rating", "timestamp")):
        if isinstance(record, Rejected):
            yield record
            continue
        row = to_like(record, least)
        if row is not None:
            yield row


def to_like(record: Record, least: float) -> Like | Rejected | None:
    """A rating as a like, or None where it is none."""
    values = {name: str(value) for name, value in record.values.items()}
    try:
        like = Like(int(values["timestamp"]), int(values["userId"]), int(values["movieId"]), record.origin)
        return like if float(values["rating"]) >= least else None
    except ValueError:
        return reject(record.origin, "a number is none", record.values)


def examples(found: Sequence[Like], titles: dict[int, str], params: Params) -> Iterator[Example]:
    """An example for each like, sorted by time, but a user's first."""
    first = [
        found[min(int(share * len(found)), len(found) - 1)].time
        for share in (1 - params.validation_share - params.test_share, 1 - params.test_share)
    ]
    liked: dict[int, list[str]] = {}
    trained: set[str] = set()
    for like in found:
        title, before = titles[like.film], liked.setdefault(like.user, [])
        split: Split = "train" if like.time < first[0] else "validation" if like.time < first[1] else "test"
        if before:
            slices = () if split == "train" else ("known_film",) if title in trained else ("new_film",)
            target = render(Call("recommend", (("title", quote(title)),)))
            yield Example(split, f"{like.user} {like.film}", "\n".join(before[-params.recent :]), target, like.origin, slices=slices)
        if split == "train":
            trained.add(title)
        before.append(title)
