"""What a text says: found whatever the values hold, none where something else is said or the saying is open to doubt."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.templates.alignment import WORDS_LIMIT, Aligner, arguments_of
from funcgen.templates.inventory import Argument, Lexicon
from funcgen.templates.surfaces import realize
from funcgen.templates.syntax import Reference, Template, show
from tests.cafes import example, plain
from tests.hostile import hard_text, some_examples

LEXICON = Lexicon(
    arguments={
        "name": Argument(copied=True, uses=2, values=["Blue Door", "Nord"]),
        "price": Argument(copied=False, uses=1, values=["low", "high"]),
        "kids": Argument(copied=False, uses=1, values=["yes", "no"]),
    },
    phrases={
        "kids": {"kid friendly": ["yes"], "not kid friendly": ["no"], "kids": ["yes", "no"], "儿童": ["yes"]},
        "price": {"cheap": ["low"], "not cheap": ["high"], "fair": ["low", "high"]},
        "mood": {"fair": ["good"]},
    },
    references=[],
)
ALIGNER = Aligner(LEXICON)


def aligned(text: str, arguments: Mapping[str, str | Sequence[str]], symbols: Sequence[str] | None = None) -> str | None:
    """The template of `text`, written."""
    aligner = ALIGNER if symbols is None else Aligner(LEXICON, frozenset(symbols))
    template = aligner.align(text, arguments_of(example(arguments, text)))
    return None if template is None else show(template)


@pytest.mark.parametrize(
    ("text", "arguments", "template"),
    [
        ("Nord is cheap.", {"name": "Nord", "price": "low"}, "{name} is {price=cheap}."),
        ("Nord is not cheap.", {"name": "Nord", "price": "high"}, "{name} is {price=not cheap}."),
        ("Nord is Not Kid  Friendly!", {"name": "Nord", "kids": "no"}, "{name} is {kids=Not Kid  Friendly}!"),
        ("NORD, the nord, Nord's", {"name": "Nord"}, "{name:upper}, the {name:lower}, {name:possessive}"),
        ("An Indian by the river-side", {"f": "Indian", "area": "river side"}, "{f:A} by the {area:hyphen}"),
        ("a cafe", {"x": "Café"}, None),
        ("a Cafe", {"x": "Café"}, "a {x:plain}"),
        ("Old Mill sells", {"x": "The Old Mill"}, "{x:bare} sells"),
        ("set for 7:30 am on Saturday", {"t": "07:30", "d": "2026-03-14"}, "set for {t:12h} on {d:weekday}"),
        ("3月14日7点30分", {"t": "07:30", "d": "2026-03-14"}, "{d:zh.day}{t:hm}"),
        ("in Nord有儿童椅", {"name": "Nord", "kids": "yes"}, "in {name}有{kids=儿童}椅"),
        ("5 minutes, then five more", {"n": "5"}, "{n:plural minute/minutes}, then {n:words} more"),
        ("5  minutes and 5\nminutes", {"n": "5"}, "{n}  minutes and {n}\nminutes"),
        ("1 minute", {"n": "1"}, "{n} minute"),
        ("eggs and tea: 2 things", {"x": ["eggs", "tea"]}, "{x}: {x:count plural thing/things}"),
        ("茶和鸡蛋", {"x": ["茶", "鸡蛋"]}, "{x:zh.}"),
        ("eggs, tea and rice", {"x": ["eggs", "tea"]}, None),
        ("Say “{(}” to {x}", {"x": "{x}"}, "Say “{(}({)}” to {x}"),
        ('the "a\nb" one', {"x": '"a\nb"'}, "the {x} one"),
        ("New York, not York", {"a": "New York", "b": "York"}, "{a}, not {b}"),
        ("York in New York", {"a": "New York", "b": "York"}, "{b} in {a}"),
        ("New York", {"a": "New York", "b": "York"}, None),
        ("Yorkshire", {"b": "York"}, None),
        ("to Rome", {"a": "Rome", "b": "Rome"}, None),
        ("to Rome and Rome", {"a": "Rome", "b": "Rome"}, None),
        ("Rome to rome Rome", {"a": "Rome", "b": "rome"}, None),
        ("x y", {"a": "x", "b": ""}, "{a} y"),
        ("x y", {"a": "x", "b": " \n"}, "{a} y"),
        ("x, y and z", {"a": ["x", "", "y"], "b": "z"}, None),
        ("x and y", {"a": ["x", " ", "y"]}, "{a}"),
        ("Nord is here", {"name": "Nord", "price": "low"}, None),
        ("Nord", {"name": "Blue Door"}, None),
        ("Blue Door is cheap", {"name": "Blue Door", "price": "high"}, None),
        ("Nord is kid friendly", {"name": "Nord"}, None),
        ("Nord is for kids", {"name": "Nord", "kids": "no"}, "{name} is for {kids=kids}"),
        ("Nord is fair", {"name": "Nord", "price": "low", "mood": "good"}, None),
        ("Nord, good mood, fair", {"name": "Nord", "price": "low", "mood": "good"}, "{name}, {mood} mood, {price=fair}"),
        ("", {"name": "Nord"}, None),
        ("", {"name": ""}, ""),
        ("don't", {"x": "don"}, None),
        ("Ann's'", {"x": "Ann's"}, "{x:possessive}"),
        ("it is (a)", {"(": "a"}, "it is ({%28})"),
    ],
)
def test_align(text: str, arguments: dict[str, str | list[str]], template: str | None) -> None:
    assert aligned(text, arguments) == template


@pytest.mark.parametrize(
    ("text", "arguments", "symbols", "template"),
    [
        ("5 minutes", {"n": "5"}, ["{n}"], "{n} minutes"),
        ("1 minute", {"n": "1"}, ["{n}", "{n:plural minute/minutes}"], "{n:plural minute/minutes}"),
        ("five minutes", {"n": "5"}, ["{n:words plural minute/minutes}"], "{n:words plural minute/minutes}"),
        ("five minutes", {"n": "5"}, ["{n}"], None),
        ("A pub", {"x": "pub"}, ["{x}"], "A {x}"),
        ("Pub", {"x": "pub"}, ["{x:title}"], "{x:title}"),
        ("Pub", {"x": "pub"}, ["{x:title}", "{x:capital}"], "{x:capital}"),
        ("Nord is not cheap", {"name": "Nord", "price": "high"}, ["{name}", "{price}"], None),
        ("Nord is fair and cheap", {"name": "Nord", "price": "low"}, ["{name}", "{price=cheap}"], None),
        ("Nord is not kid friendly", {"name": "Nord", "kids": "no"}, ["{name}", "{kids=kid friendly}"], None),
        ("not kid friendly, no", {"kids": "no"}, ["{kids}"], None),
        ("NORD and Nord", {"name": "Nord"}, ["{name}"], None),
    ],
)
def test_what_has_no_symbol_is_said_by_a_part_that_has_one_or_not_at_all(
    text: str, arguments: dict[str, str], symbols: list[str], template: str | None
) -> None:
    assert aligned(text, arguments, symbols) == template


def test_words_of_plain_text() -> None:
    found = arguments_of(plain("The cat, the dog & 7 mice — it's 猫!", ""))
    assert found == {str(n): (word,) for n, word in enumerate(["The", "cat", "the", "dog", "7", "mice", "it's", "猫"], 1)}
    assert len(arguments_of(plain("a b " * 1000, ""))) == WORDS_LIMIT
    assert arguments_of(plain("", "")) == {}


def test_a_word_that_is_there_twice_is_the_first_not_said() -> None:
    example = plain("the cat and the dog", "the dog, the cat, the end")
    template = ALIGNER.align(example.target, arguments_of(example), required=False)
    assert template is not None
    assert show(template) == "{1} {5}, {4} {2}, {1} end"


def test_given_arguments_that_are_blank_are_none_and_not_the_words_of_the_source() -> None:
    assert arguments_of(example({"a": "", "b": "\t"}, "x", source="some words")) == {}


def test_a_name_given_twice_is_a_list() -> None:
    assert arguments_of(example({"a": ["x", "y", "x"], "b": "z"}, "")) == {"a": ("x", "y", "x"), "b": ("z",)}


values = hard_text.filter(str.strip)


def value_of(template: Template, arguments: Mapping[str, tuple[str, ...]]) -> str:
    """What a template says."""
    shown = (
        part if isinstance(part, str) else part.phrase if part.phrase is not None else realize(arguments[part.name], part.form)
        for part in template
    )
    return "".join(text or "" for text in shown)


@some_examples
@given(
    arguments=st.dictionaries(hard_text, st.lists(values, min_size=1, max_size=3), max_size=3),
    between=st.lists(hard_text | st.sampled_from([" kid friendly ", " not cheap ", " is "]), min_size=1, max_size=4),
    form=st.sampled_from(["", "upper", "a", "possessive", "capital"]),
)
def test_what_is_found_says_the_text(arguments: dict[str, list[str]], between: list[str], form: str) -> None:
    """Of texts that hold values of any kind among any words: where there is a template, its value is the text and all is said."""
    shown = [realize(several, form) or " and ".join(several) for several in arguments.values()]
    text = "".join(part for pair in zip([*between, *[" "] * len(shown)], [*shown, *[""] * len(between)], strict=False) for part in pair)
    given_ = arguments_of(example(arguments, text))
    template = ALIGNER.align(text, given_)
    if template is not None:
        assert value_of(template, given_) == text
        assert {part.name for part in template if isinstance(part, Reference)} == set(given_)


@some_examples
@given(value=values)
def test_a_value_among_spaces_is_found(value: str) -> None:
    text = f"so {value.strip()} it is"
    template = Aligner(Lexicon({}, {}, [])).align(text, {"x": (value.strip(),)})
    assert template is not None
    assert value_of(template, {"x": (value.strip(),)}) == text
