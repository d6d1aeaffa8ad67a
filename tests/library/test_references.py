"""Which reference an argument gets between two words."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.artifacts import Example
from funcgen.expressions import direct, template
from funcgen.expressions.template import Templates
from funcgen.library.references import Place, References, blemished, places
from funcgen.library.sentences import Shapes
from funcgen.templates.inventory import Lexicon
from funcgen.templates.language import TemplateLanguage
from funcgen.templates.syntax import Reference, Template, parse, show
from tests.hostile import more_examples, some_text

LEXICON = Lexicon(
    arguments={},
    phrases={
        "price": {"cheap": ["low"], "low prices": ["low"], "expensive": ["high"], "high prices": ["high"]},
        "kids": {
            "is family friendly": ["yes"],
            "family friendly": ["yes"],
            "is not family friendly": ["no"],
            "not family friendly": ["no"],
        },
    },
    references=[],
)
LIBRARY = {
    "{name} is {price=cheap}.": 9,
    "{name} is {price=expensive}.": 4,
    "{name} has {price=low prices}.": 6,
    "{name} has {price=high prices}.": 2,
    "{name} {kids=is family friendly}.": 5,
    "A {kids=family friendly} place is {name}.": 5,
    "{name} {kids=is not family friendly}.": 3,
    "A {kids=not family friendly} place is {name}.": 2,
    "You have {seats:plural seat/seats}.": 3,
    "There are {seats} seats.": 9,
    "It is {kind:a}.": 3,
    "This {kind} is nice.": 9,
    "{name:capital} it is.": 3,
}


@pytest.fixture(scope="module")
def references() -> References:
    return References(Templates(LEXICON), Shapes(LEXICON), [(parse(text), count) for text, count in LIBRARY.items()], {})


CHOICES = [
    ("{name} is {price=cheap}.", {"name": "Nord", "price": "high"}, "{name} is {price=expensive}."),
    ("{name} has {price=high prices}.", {"name": "Nord", "price": "low"}, "{name} has {price=low prices}."),
    ("{name} {kids=is family friendly}.", {"name": "Nord", "kids": "no"}, "{name} {kids=is not family friendly}."),
    ("A {kids=family friendly} place is {name}.", {"name": "Nord", "kids": "no"}, "A {kids=not family friendly} place is {name}."),
    ("You have {seats}.", {"seats": "7"}, "You have {seats:plural seat/seats}."),
    ("There are {seats:plural seat/seats} seats.", {"seats": "7"}, "There are {seats} seats."),
    ("It is {kind}.", {"kind": "inn"}, "It is {kind:a}."),
    ("This {kind:a} is nice.", {"kind": "inn"}, "This {kind} is nice."),
    ("{name} it is.", {"name": "nord"}, "{name:capital} it is."),
    ("{price=cheap}", {"price": "unknown"}, "{price}"),
    ("{other}: {a{b}}".replace("{a{b}}", "{a%7Bb%7D}"), {"other": "x", "a{b}": "{y}"}, "{other}: {a%7Bb%7D}"),
]


@pytest.mark.parametrize(("before", "arguments", "after"), CHOICES)
def test_an_argument_is_said_as_suits_its_value_and_place(
    references: References, before: str, arguments: Mapping[str, str], after: str
) -> None:
    assert show(references.filled(parse(before), {name: (value,) for name, value in arguments.items()})) == after


def test_where_it_is_known_what_says_a_value_nothing_else_is_chosen() -> None:
    templates = [(parse(text), count) for text, count in LIBRARY.items()]
    arguments = {"name": ("Nord",), "price": ("high",)}
    for reference, other in (
        (Reference("price"), "{name} is {price=expensive}."),
        (Reference("price", phrase="high prices"), "{name} {price}."),
    ):
        known = References(Templates(LEXICON), Shapes(LEXICON), templates, {("price", ("high",)): {reference: 1}})
        assert show(known.filled(parse(other), arguments)) == show(parse(other)[:-2]) + f"{reference}."
        assert show(known.filled(parse("{price}"), {"price": ("low",)})) in ("{price=cheap}", "{price=low prices}")


def test_places_are_between_words() -> None:
    found = list(places(parse("{a} is, {b}{c} {(}x{)} ")))
    assert found == [
        (Reference("a"), Place("a", "", "is")),
        (Reference("b"), Place("b", ",", "{c}")),
        (Reference("c"), Place("c", "{b}", "{")),
    ]


@pytest.mark.parametrize(
    ("pair", "is_one"),
    [(("a", "inn"), True), (("an", "inn"), False), (("an", "bar"), True), (("a", "7"), False), (("is", "is"), True), ((".", "."), False)],
)
def test_blemishes(pair: tuple[str, str], is_one: bool) -> None:
    assert blemished(*pair) == is_one


def test_a_language_of_templates_is_told_by_what_it_offers() -> None:
    assert isinstance(template.Templates(LEXICON), TemplateLanguage)
    assert not isinstance(direct.Direct(), TemplateLanguage)


values = st.sampled_from(["low", "high", "yes", "no", "7", "1", "07:30", "2026-03-14", "an inn"]) | some_text.filter(str.strip)


@more_examples
@given(st.lists(some_text | st.builds(Reference, st.sampled_from(["price", "kids", "seats", "kind", "x"])), max_size=6), st.data())
def test_whatever_is_filled_executes(made: Template, data: st.DataObject) -> None:
    language = Templates(LEXICON)
    references = References(language, Shapes(LEXICON), [(parse(text), count) for text, count in LIBRARY.items()], {})
    names = {part.name for part in made if isinstance(part, Reference)}
    given_values = {name: data.draw(st.lists(values, min_size=1, max_size=3)) for name in sorted(names)}
    arguments = {name: tuple(several) for name, several in given_values.items()}
    filled = references.filled(made, arguments)
    assert [type(part) for part in filled] == [type(part) for part in made]
    flat = tuple((name, value) for name, several in arguments.items() for value in several)
    language.execute(show(filled), Example("test", "", "s", "", "", arguments=flat))
