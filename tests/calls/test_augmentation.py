"""Further texts to learn calls from: values exchanged where they stand, each call still the one that its source asks for."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.artifacts import Example
from funcgen.calls.augmentation import augmented, shown
from funcgen.calls.canonical import Call, parse, quote, render, scalars, unquote
from funcgen.calls.spans import places_of
from funcgen.sections import Augmentation
from tests.expressions.calls import LANGUAGE, TRAINING, example

ALL = Augmentation(copies=3, share=1.0, fresh=0.0, seed=1)
PLAY = [
    example("play Quiet Harbor by Mara Lindt", 'play(album="Quiet Harbor", artist="Mara Lindt")'),
    example("put on Zoë by Kit & Co", 'play(album="Zoë", artist="Kit & Co")'),
    example("rate 7 of 10", "rate(best=10, value=7)"),
    example("hello", "a text"),
]


def test_values_are_exchanged_for_others_of_the_same_argument_in_source_and_call() -> None:
    found = {(one.source, one.target) for one in augmented(PLAY, (), replace(ALL, copies=40, share=0.5))}
    albums, artists = ("Quiet Harbor", "Zoë"), ("Mara Lindt", "Kit & Co")
    every = {
        (frame.format(album, artist), f'play(album="{album}", artist="{artist}")')
        for frame in ("play {} by {}", "put on {} by {}")
        for album in albums
        for artist in artists
    }
    assert found == every - {(one.source, one.target) for one in PLAY}


def test_what_is_made_differs_from_what_is_known_and_keeps_the_rest_of_the_example() -> None:
    known = {"play Quiet Harbor by Kit & Co", PLAY[0].source, PLAY[2].source}
    found = list(augmented(PLAY, known, replace(ALL, copies=40, share=0.5)))
    assert found
    assert not known & {one.source for one in found}
    bases = {one.group: one for one in PLAY}
    for one in found:
        base = bases[one.group]
        assert one.source != base.source
        assert one.changed
        assert replace(one, source=base.source, target=base.target, changed=False) == base


def test_the_seed_says_what_is_made() -> None:
    half = replace(ALL, share=0.5)
    assert list(augmented(PLAY, (), half)) == list(augmented(PLAY, (), half))
    assert list(augmented(PLAY, (), half)) != list(augmented(PLAY, (), replace(half, seed=2)))
    assert not list(augmented(PLAY, (), replace(ALL, copies=0)))


@pytest.mark.parametrize(
    ("source", "target", "names"),
    [
        ("play Zoë", 'f(a="Zoë")', ["a"]),
        ("Zoë plays Zoë", 'f(a="Zoë")', []),  # twice
        ("play Zoës", 'f(a="Zoë")', []),  # no whole word
        ("play New York Dolls", 'f(a="New York", b="York Dolls", c="play")', ["c"]),  # two share a word
        ("go go now", 'f(a="go", b="go go", c="now")', ["c"]),
        ("b then a", 'f(a="a", b="b", c="")', ["b", "a"]),
        ("b then a", 'f(l=["a", "b", "x"])', ["l", "l"]),
        ("在北京的天气", 'f(a="北京")', ["a"]),
        ("at 7.50", "f(a=7.50, b=7)", []),
        ("at 7.50", "f(a=7.50)", ["a"]),
    ],
)
def test_which_values_can_be_exchanged(source: str, target: str, names: list[str]) -> None:
    found = shown(parse(target), source)
    assert [place.name for place in found] == names
    arguments = dict(parse(target).arguments)
    assert [source[place.start : place.end] for place in found] == [
        unquote(scalars(arguments[place.name])[place.number]) for place in found
    ]


words = st.lists(st.sampled_from(["a", "b", "Zoë", "7", "北", "&", " ", "é.", '"']), min_size=1, max_size=8).map(" ".join)


@given(st.lists(st.tuples(words, st.lists(words, max_size=3)), max_size=4), st.integers(0, 9))
def test_what_the_source_shows_of_a_call_it_shows_afterwards(lessons: list[tuple[str, list[str]]], seed: int) -> None:
    bases = {
        str(number): replace(example(source, render(Call("f", tuple(zip("xyz", map(quote, values), strict=False))))), group=str(number))
        for number, (source, values) in enumerate(lessons)
    }
    for one in augmented(list(bases.values()), (), Augmentation(copies=2, share=0.7, fresh=0.3, seed=seed)):
        assert visible(bases[one.group]) <= visible(one)


def visible(one: Example) -> set[str]:
    """The arguments whose values the source shows."""
    return {name for name, value in parse(one.target).arguments if any(places_of(unquote(scalars(value)[0]), one.source))}


def test_a_language_expresses_what_is_made_of_what_it_quotes() -> None:
    found = list(augmented(TRAINING, (), ALL))
    assert found
    assert all(LANGUAGE.express(one) is not None for one in found)


def test_what_nobody_has_seen_looks_like_what_is_there() -> None:
    orders = [
        example("cancel order 00123842 of Ann O'Hara", 'cancel(order="00123842", of="Ann O\'Hara")'),
        example("pay 10.50 now", "pay(amount=10.50, now=true)"),
    ]
    found = list(augmented(orders, (), replace(ALL, copies=20, fresh=1.0)))
    assert len({one.source for one in found}) > 30
    for one in found:
        assert re.fullmatch(r"cancel order \d{8} of [A-Z][a-z]{2} [A-Z]'[A-Z][a-z]{3}|pay [1-9]0\.[1-9]0 now", one.source)
        said = [unquote(scalar) for _, value in parse(one.target).arguments for scalar in scalars(value)]
        assert all(value in one.source for value in said if value != "true")


def test_without_fresh_values_nothing_else_is_drawn() -> None:
    """What is made by a seed stays what it was before there were any."""
    first = next(iter(augmented(PLAY, (), replace(ALL, seed=3))))
    assert first.source == "play Quiet Harbor by Kit & Co"
