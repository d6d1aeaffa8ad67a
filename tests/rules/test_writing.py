"""What rules say: each given argument once, whatever its value, and of the assistant's and the challenge's functions in good English."""

import random
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.artifacts import Example
from funcgen.corpora.composition import draw_call, flatten, print_call, values_by_split
from funcgen.corpora.corpus import Function
from funcgen.corpora.corpus import load as load_corpus
from funcgen.rules import FOLDER
from funcgen.rules.files import Rules, load
from funcgen.rules.writing import Written, label, write
from funcgen.slots import assistant as assistant_slots
from funcgen.slots import e2e as e2e_slots
from funcgen.templates.alignment import arguments_of
from funcgen.templates.surfaces import realize
from funcgen.templates.syntax import Reference
from tests.cafes import example
from tests.hostile import hard_text, more_examples

RULES = {name: load(FOLDER / f"{name}.toml") for name in ("assistant", "e2e")}
FUNCTIONS = {function.name: function for function in load_corpus("en")}
VALUES = {
    "eatType": ["pub", "coffee shop"],
    "food": ["Fast food", "Italian"],
    "priceRange": ["less than £20", "high", "£20-25"],
    "customer rating": ["low", "5 out of 5"],
    "area": ["riverside", "city centre"],
    "familyFriendly": ["yes", "no"],
    "near": ["Café Rouge"],
    "name": ["Blue Spice"],
}


def each_is_said_once(rules: Rules, one: Example, written: Written) -> bool:
    """Whether each argument is said by one reference, or, where there is none, by one of its wordings."""
    given_ = arguments_of(one) if one.arguments else {}
    uses = Counter(part.name for part in written.template if isinstance(part, Reference))
    literals = "".join(part for part in written.template if isinstance(part, str)).lower()
    unseen = [name for name in given_ if not uses[name]]
    worded = [
        any(words.get(given_[name][0], "\0").lower() in literals for words in rules.wordings.get(name, {}).values()) for name in unseen
    ]
    return set(uses) <= set(given_) and set(uses.values()) <= {1} and all(worded)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (
            {"name": "Blue Spice", "eatType": "pub", "food": "Italian", "priceRange": "high", "area": "riverside", "near": "the inn"},
            "Blue Spice is an Italian pub in the high price range. It is located in the riverside area near the inn.",
        ),
        ({"name": "Blue Spice", "food": "Fast food", "familyFriendly": "no"}, "Blue Spice serves fast food. It is not family friendly."),
        ({"name": "Blue Spice", "priceRange": "dear"}, "The place is called Blue Spice. Its price range is dear."),
        ({"name": "eBay", "near": "Nord", "familyFriendly": "maybe"}, "EBay is near Nord. Family friendly: maybe."),
        ({"openSince": ["May", "June"], "stars": " "}, "Open since: May and June."),
        ({"": "x", "a{b}": "{c}"}, "Also: x. A b: {c}."),
    ],
)
def test_what_is_said(arguments: dict[str, str], text: str) -> None:
    one = example(arguments, "")
    written = write(RULES["e2e"], one)
    assert written.text == text
    assert each_is_said_once(RULES["e2e"], one, written)


@pytest.mark.parametrize(
    ("source", "arguments", "text"),
    [
        ("start_vacuum()", {}, "The vacuum is at work."),
        ('lock_door(door="gate", state="locked")', {"door": "gate", "state": "locked"}, "Your gate has been locked."),
        ('set_alarm(time="25:00")', {"time": "25:00"}, "Your alarm is set. It rings at 25:00."),
        ('set_timer(minutes=1, size="big")', {"minutes": "1", "size": "big"}, "Your timer will go off in 1 minute. Size: big."),
        ("open_gate(width=3)", {"width": "3"}, "Width: 3."),
        ("open_gate()", {}, ""),
        (
            "add_to_shopping_list(items=[])",
            {"items": ["tea", "rice"], "store": "Nord"},
            "Tea and rice went on your shopping list for Nord.",
        ),
    ],
)
def test_what_an_assistant_says(source: str, arguments: dict[str, str], text: str) -> None:
    assert write(RULES["assistant"], example(arguments, "", source)).text == text


def test_every_function_of_the_corpus_has_rules() -> None:
    assert set(RULES["assistant"].sentences) - {""} == set(FUNCTIONS)


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_every_combination_of_arguments_is_said(function: Function) -> None:
    """With values of training, of the tenth that is validation's, and of each closed list; the checker of slots knows no rules."""
    draw = random.Random(1)
    values = values_by_split(function, 1)
    for names in function.combinations():
        for split in ("train", "train", "train", "train", "validation", "validation"):
            call = draw_call(function, names, {name: values[name][split] for name in values}, draw)
            one = Example("validation", "", print_call(function, call), "", "", flatten(call))
            written = write(RULES["assistant"], one)
            assert not written.plain
            assert each_is_said_once(RULES["assistant"], one, written)
            errors = assistant_slots.check(one, written.text)
            assert errors.exact, (written.text, errors)
            assert written.text[0] == written.text[0].upper()
            assert "  " not in written.text


@pytest.mark.parametrize("size", range(1, len(VALUES) + 1))
def test_every_meaning_of_the_challenge_is_said(size: int) -> None:
    for number, names in enumerate(combinations(VALUES, size)):
        one = example({name: VALUES[name][number % len(VALUES[name])] for name in names}, "")
        written = write(RULES["e2e"], one)
        assert not written.plain
        assert each_is_said_once(RULES["e2e"], one, written)
        errors = e2e_slots.check(one, written.text)
        assert errors.exact, (written.text, errors)


@more_examples
@given(st.data())
def test_hostile_values_are_said_once(data: st.DataObject) -> None:
    """Of any function with any of its arguments, and some that it has not."""
    name = data.draw(st.sampled_from(["", *FUNCTIONS]))
    parameters = list(FUNCTIONS[name].parameters) if name else list(VALUES)
    chosen = data.draw(st.lists(st.sampled_from(parameters) | hard_text, unique=True, max_size=8))
    arguments = {key: data.draw(hard_text | st.lists(hard_text, min_size=1, max_size=3)) for key in chosen}
    rules = RULES["assistant" if name else "e2e"]
    one = example(arguments, "", f"{name}()" if name else "cafe")
    written = write(rules, one)
    assert each_is_said_once(rules, one, written)
    shown = [part if isinstance(part, str) else realize(arguments_of(one)[part.name], part.form) for part in written.template]
    assert None not in shown
    assert written.text == "".join(map(str, shown))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[{a}|{b}] and {c}.", {"a": "x", "c": "z"}),
        ("[{a}|{b}] and {c}.", {"b": "y", "c": "z"}),
    ],
)
def test_a_choice_of_several_must_be_said(text: str, said: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(f'sentences = ["{text}"]\n', "utf-8")
    rules = load(path)
    assert write(rules, example(said, "")).text == f"{capital_of(said)} and z."
    assert write(rules, example({"c": "z"}, "")).text == "C: z."


def capital_of(said: dict[str, str]) -> str:
    return next(iter(said.values())).upper()


def test_labels() -> None:
    assert [label(name) for name in ("seat_class", "familyFriendly", "customer rating", "URL", "—", "ß")] == [
        "Seat class",
        "Family friendly",
        "Customer rating",
        "URL",
        "Also",
        "SS",
    ]
