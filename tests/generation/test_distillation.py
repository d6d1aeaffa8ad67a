"""Inputs for distillation: other arguments in the same frames, and nothing that training has."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.artifacts import Example
from funcgen.expressions import template
from funcgen.expressions.template import Templates
from funcgen.generation.distillation import changed, distinct, divided, frame_of, kind_of, recombined
from tests.cafes import corpus, example, plain

PARAMS = template.Params(min_count=2, copied_share=0.9, specific_share=0.6)
LEARNED = template.language(PARAMS, template.learn(PARAMS, corpus(120)))
LANGUAGE = Templates(replace(LEARNED.lexicon, arguments={}))  # every value is shown
EXAMPLES = [
    example({"name": name, "food": food, "price": price, "kids": kids}, f"{name}.")
    for name, food, price, kids in [
        ("Nord", "Thai", "low", "yes"),
        ("Nord", "Greek", "low", "no"),
        ("Room 8", "Indian", "high", "no"),
        ("Café Sol", "fast food", "high", "yes"),
    ]
]


@pytest.fixture(scope="module")
def found() -> list[Example]:
    return recombined(EXAMPLES, LANGUAGE, 12, 1)


def test_prompts_are_new_and_each_is_there_once(found: list[Example]) -> None:
    known = set(distinct(EXAMPLES, LANGUAGE))
    prompts = [LANGUAGE.prompt(one) for one in found]
    assert len(prompts) == len(set(prompts)) == 12
    assert not known & set(prompts)
    assert len({one.id for one in found}) == len(found)


def test_values_are_of_their_arguments_and_in_the_source(found: list[Example]) -> None:
    values: dict[str, set[str]] = {}
    for one in EXAMPLES:
        for name, value in one.arguments:
            values.setdefault(name, set()).add(value)
    frames = {kind_of(one): frame_of(one) for one in EXAMPLES}
    for one in found:
        assert all(value in values[name] for name, value in one.arguments)
        assert frame_of(one) == frames[kind_of(one)]
        assert one.source == ", ".join(f"{name}[{value}]" for name, value in one.arguments)
        assert (one.target, one.references) == ("", ())


def test_equal_seeds_give_equal_inputs(found: list[Example]) -> None:
    assert recombined(EXAMPLES, LANGUAGE, 12, 1) == found
    assert recombined(EXAMPLES, LANGUAGE, 12, 2) != found
    assert recombined(EXAMPLES, LANGUAGE, 5, 1) == found[:5]


def test_nothing_comes_of_nothing() -> None:
    assert recombined([], LANGUAGE, 10, 1) == []
    assert recombined(EXAMPLES, LANGUAGE, 0, 1) == []
    assert recombined([plain("a b", "b a")], LANGUAGE, 10, 1) == []
    assert recombined([example({"name": name}, "") for name in ("Nord", "Room 8")], LEARNED, 10, 1) == []  # copied: they have one prompt


def test_arguments_stay_with_their_function() -> None:
    calls = [
        replace(example({"day": day}, "", source=f'{function}(day="{day}")'), target="")
        for function, days in (("open", ("monday", "friday")), ("close", ("tuesday", "sunday")))
        for day in days * 3
    ]
    mixed = [one for one in calls if one.arguments[0][1] in ("monday", "tuesday")]
    assert recombined(mixed, LANGUAGE, 5, 1) == []  # each function has one day
    known = {one.source for one in calls}
    assert {one.source for one in recombined(calls[:3] + calls[6:9], LANGUAGE, 5, 1)} <= known


def test_a_source_that_is_written_otherwise_is_left_alone() -> None:
    odd = replace(EXAMPLES[0], source="food Thai, price low, kids yes, name Thai", arguments=(("name", "Thai"), *EXAMPLES[0].arguments[1:]))
    assert kind_of(odd) == kind_of(EXAMPLES[0])
    found = recombined([*EXAMPLES, odd], LANGUAGE, 12, 1)
    assert found
    assert all(one.source.startswith("name[") for one in found)


def test_frames() -> None:
    assert frame_of(example({"a": "x", "b": "x"}, "", source="a=x b=x")) == ("a=", " b=", "")
    assert frame_of(example({"a": "y"}, "", source="a=x")) is None
    assert frame_of(plain("a b", "")) == ("a b",)


@given(
    st.lists(st.tuples(st.text(max_size=3), st.text(min_size=1, max_size=3)), min_size=1, max_size=4),
    st.text(max_size=3),
    st.integers(0, 9),
)
def test_a_changed_source_is_the_frame_with_the_new_values(arguments: list[tuple[str, str]], rest: str, seed: int) -> None:

    source = "".join(f"{name}{value}" for name, value in arguments) + rest
    one = replace(plain(source, ""), arguments=tuple(arguments))
    frame = frame_of(one)
    assert frame is not None
    new = changed(one, frame, [["NEW"] for _ in arguments], np.random.Generator(np.random.PCG64(seed)))
    assert [name for name, _ in new.arguments] == [name for name, _ in arguments]
    assert len(new.source) - len(source) == sum(len(value) for _, value in new.arguments) - sum(len(value) for _, value in arguments)
    assert all(value in ("NEW", old) for (_, value), (_, old) in zip(new.arguments, arguments, strict=True))


@given(st.integers(10, 200), st.integers(0, 9))
def test_a_share_is_held_out(count: int, seed: int) -> None:
    learned, held_out = divided(range(count), seed)
    assert Counter([*learned, *held_out]) == Counter(range(count))
    assert 1 <= len(held_out) <= count // 10
