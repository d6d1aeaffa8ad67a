"""Re-annotated E2E pairs: what the text says, in the challenge's order, or why that cannot be told."""

import random
import re

import pytest

from funcgen.artifacts import Example
from funcgen.raw import read as read_file
from funcgen.slots.comparison import Slot
from funcgen.slots.e2e import ATTRIBUTES, check
from funcgen.slots.e2e_repair import Unclear, meaning
from funcgen.tasks.e2e import ATTRIBUTE, to_example
from tests import real_data

SAMPLE = 600
CHEAP = "cheap or less than £20"


def slots(written: str) -> tuple[Slot, ...]:
    """A meaning as the challenge writes it."""
    return tuple(re.findall(ATTRIBUTE, written))


GIVEN = slots("name[Aromi], eatType[pub], food[French], priceRange[less than £20], customer rating[5 out of 5], area[riverside]")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Aromi is a cheap French pub by the river, rated 5 of 5.",
            "name[Aromi], eatType[pub], food[French], priceRange[less than £20], customer rating[5 out of 5], area[riverside]",
        ),
        ("Aromi is a French pub.", "name[Aromi], eatType[pub], food[French]"),
        ("Aromi is a restaurant by the river.", "name[Aromi], area[riverside]"),
        (
            "Near Ranch is Aromi, an Italian café that is not family-friendly, in the city centre.",
            "name[Aromi], eatType[coffee shop], food[Italian], area[city centre], familyFriendly[no], near[Ranch]",
        ),
        ("Aromi has moderate prices, £20-25, and three stars.", "name[Aromi], priceRange[£20-25], customer rating[3 out of 5]"),
        ("Aromi has high prices and an average rating.", "name[Aromi], priceRange[high], customer rating[average]"),
        ("Aromi has reasonable prices.", "name[Aromi], priceRange[less than £20]"),
        ("Aromi is near The Rice Boat.", "name[Aromi], near[The Rice Boat]"),
    ],
)
def test_what_a_text_says(text: str, said: str) -> None:
    assert meaning(GIVEN, text) == slots(said)


@pytest.mark.parametrize(
    ("text", "cause", "reason"),
    [
        ("A French pub.", "name", "names nothing, not Aromi"),
        ("Aromi is like Zizzi.", "name", "names Aromi, Zizzi, not Aromi"),
        ("Aromi is nice.", "name_only", "says nothing but the name"),
        ("", "name", "names nothing, not Aromi"),
        (
            "Aromi is cheap. Its prices are high.",
            "contradiction",
            "says more than one priceRange: cheap or less than £20; high or more than £30",
        ),
        ("Aromi is in the riverside, in the city centre.", "contradiction", "says more than one area: riverside; city centre"),
        ("Aromi is near Ranch and Clare Hall.", "contradiction", "says more than one near: Ranch; Clare Hall"),
        ("Aromi serves pizza.", "ambiguity", "says food as Italian or Fast food"),
        ("Aromi has a burger for £10.", "ambiguity", "says priceRange as £10"),
        ("Aromi has four stars.", "ambiguity", "says customer rating as four stars"),
    ],
)
def test_what_cannot_be_told(text: str, cause: str, reason: str) -> None:
    assert meaning(GIVEN, text) == Unclear(cause, reason)


def test_words_that_may_mean_several_values_need_a_given_one() -> None:
    text = "Aromi is affordable and has a good rating."
    assert meaning(GIVEN, text) == slots("name[Aromi], priceRange[less than £20], customer rating[5 out of 5]")
    assert meaning(slots("name[Aromi]"), text) == Unclear("ambiguity", "says priceRange as cheap or less than £20 or moderate or £20-25")


def test_what_is_said_of_a_repaired_pair_is_its_meaning() -> None:
    """On real training pairs: after repair the checker finds no error, and a pair that had none stays as it is."""
    path = real_data.folder("e2e_nlg/trainset.csv") / "e2e_nlg/trainset.csv"
    repaired = changed = 0
    for record in random.Random(2).sample(list(read_file(path, "trainset.csv", ("mr", "ref"))), SAMPLE):
        pair = to_example(record, "train")  # type: ignore[arg-type]
        assert isinstance(pair, Example)
        said = meaning(pair.arguments, pair.target)
        exact = check(pair, pair.target).exact
        if isinstance(said, Unclear):
            assert not exact
            continue
        repaired += 1
        changed += said != pair.arguments
        assert (said == pair.arguments) == exact
        assert [name for name, _ in said] == [name for name in ATTRIBUTES if name in dict(said)]
        after = Example(None, "", "", "", "", said)
        assert check(after, pair.target).exact
    assert 0.97 < repaired / SAMPLE < 1
    assert 0.2 < changed / SAMPLE < 0.35
