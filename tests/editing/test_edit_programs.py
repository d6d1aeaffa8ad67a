"""Programs and their text are two forms of one thing; what programs do, and that whatever is none is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funcgen.editing.execution import Machine
from funcgen.editing.programs import (
    CASES,
    FIXED,
    SPACES,
    Copy,
    Delete,
    Insert,
    Keep,
    Operation,
    Program,
    Rest,
    Space,
    parse,
    phrase_symbol,
    position_symbol,
    print_program,
)
from funcgen.editing.words import Words
from funcgen.errors import ExpressionError
from tests.editing.texts import texts

positions = st.integers(0, 999_999_999)
phrases = texts.map(lambda text: text.translate({ord("⟨"): None, ord("⟩"): None})).filter(bool)
cases = st.sampled_from([None, *CASES])
operations: st.SearchStrategy[Operation] = st.one_of(
    st.builds(Keep, positions),
    st.builds(Delete, positions),
    st.builds(Copy, positions, cases, st.booleans()),
    st.builds(Insert, phrases, cases, st.booleans()),
    st.builds(Space, st.sampled_from(list(SPACES.values()))),
)
programs = st.tuples(st.lists(operations, max_size=8), st.sampled_from([[], [Rest()]])).map(lambda parts: (*parts[0], *parts[1]))


@settings(deadline=None)
@given(program=programs)
def test_parse_and_print_are_inverse(program: Program) -> None:
    text = print_program(program)
    assert parse(text) == program
    assert print_program(parse(text)) == text


SOURCE = "The old cat, the\ndog (Rex) and 猫狗 sat.\n"  # The0 old1 cat2 ,3 the4 dog5 (6 Rex7 )8 and9 猫10 狗11 sat12 .13
PHRASES = ["is", "and a", ".", "don't"]

VALUES = {
    "": "",
    "⟨rest⟩": SOURCE,
    "⟨keep⟩⟨4⟩": "The old cat, the",
    "⟨keep⟩⟨5⟩": "The old cat, the\ndog",
    "⟨delete⟩⟨1⟩⟨rest⟩": "The cat, the\ndog (Rex) and 猫狗 sat.\n",
    "⟨delete⟩⟨0⟩⟨delete⟩⟨1⟩⟨keep⟩⟨4⟩": "cat, the",
    "⟨4⟩⟨5⟩": "the\ndog",
    "⟨5⟩⟨4⟩": "dog the",
    "⟨2⟩⟨glue⟩⟨5⟩": "catdog",
    "⟨capital⟩⟨4⟩⟨keep⟩⟨5⟩": "The\ndog",
    "⟨capital⟩⟨4⟩⟨5⟩⟨glue⟩⟨lower⟩⟨7⟩⟨upper⟩⟨2⟩": "The\ndogrex CAT",
    "⟨7⟩⟨+is⟩⟨+and a⟩⟨2⟩⟨13⟩": "Rex is and a cat.",
    "⟨capital⟩⟨+is⟩⟨+.⟩⟨glue⟩⟨upper⟩⟨+don't⟩": "Is.DON'T",
    "⟨2⟩⟨6⟩⟨keep⟩⟨8⟩": "cat (Rex)",
    "⟨6⟩⟨5⟩⟨8⟩": "(dog)",
    "⟨11⟩⟨10⟩⟨2⟩": "狗猫cat",
    "⟨2⟩⟨line⟩⟨5⟩⟨space⟩⟨space⟩": "cat\ndog  ",
    "⟨space⟩⟨keep⟩⟨0⟩": " The",
    "⟨keep⟩⟨13⟩⟨rest⟩": SOURCE,
    "⟨13⟩⟨rest⟩": ".\n",
}


@pytest.mark.parametrize(("program", "text"), VALUES.items(), ids=VALUES.keys())
def test_values(program: str, text: str) -> None:
    assert Machine(Words(SOURCE), PHRASES, 100, 100).run(parse(program)) == text


NONE_OF_THEM = {
    "text": "a",
    "text between symbols": "⟨0⟩ ⟨1⟩",
    "open bracket": "⟨0",
    "closed twice": "⟨0⟩⟩",
    "nested": "⟨⟨0⟩⟩",
    "empty symbol": "⟨⟩",
    "unknown symbol": "⟨kept⟩",
    "another alphabet's digit": "⟨٣⟩",
    "leading zero": "⟨00⟩",
    "negative": "⟨-1⟩",
    "fullwidth": "⟨１⟩",
    "a confusable bracket": "〈0〉",
    "number without end": f"⟨{'9' * 10_000}⟩",
    "keep nothing": "⟨keep⟩",
    "keep a phrase": "⟨keep⟩⟨+is⟩",
    "delete twice": "⟨delete⟩⟨delete⟩⟨1⟩",
    "glue nothing": "⟨glue⟩",
    "glue a keep": "⟨glue⟩⟨keep⟩⟨0⟩",
    "two cases": "⟨lower⟩⟨upper⟩⟨0⟩",
    "case before glue": "⟨lower⟩⟨glue⟩⟨0⟩",
    "a case for a space": "⟨lower⟩⟨space⟩",
    "empty phrase": "⟨+⟩",
    "behind the rest": "⟨rest⟩⟨0⟩",
    "the rest twice": "⟨rest⟩⟨rest⟩",
    "nesting without end": "(" * 10_000,
    "brackets without end": "⟨" * 10_000,
    "control character": "⟨0⟩\0",
}
NOT_HERE = {
    "a word that is not there": "⟨14⟩",
    "keep through a word that is not there": "⟨keep⟩⟨14⟩",
    "keep what lies behind": "⟨5⟩⟨keep⟩⟨5⟩",
    "delete what lies behind": "⟨5⟩⟨delete⟩⟨2⟩",
    "a phrase that is not there": "⟨+are⟩",
    "a phrase in another case": "⟨+Is⟩",
    "too long": "⟨keep⟩⟨12⟩" + "⟨0⟩⟨keep⟩⟨12⟩" * 3,
    "too long by spaces": "⟨space⟩" * 101,
    "too long by far": "⟨+and a⟩" * 100_000,
}


@pytest.mark.parametrize("text", [*NONE_OF_THEM.values(), *NOT_HERE.values()], ids=[*NONE_OF_THEM, *NOT_HERE])
def test_must_be_refused(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        Machine(Words(SOURCE), PHRASES, 100, 100).run(parse(text))
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("text", NOT_HERE.values(), ids=NOT_HERE.keys())
def test_a_program_that_fails_here_is_a_program(text: str) -> None:
    assert print_program(parse(text)) == text


def test_positions_are_limited() -> None:
    machine = Machine(Words(SOURCE), PHRASES, 3, 100)
    assert machine.run(parse("⟨2⟩⟨rest⟩")) == SOURCE[8:]
    with pytest.raises(ExpressionError, match=r"names word 3 where it can name words 0 to 2"):
        machine.run(parse("⟨3⟩"))


symbols = st.sampled_from([*FIXED, *map(position_symbol, range(9)), *map(phrase_symbol, PHRASES), "⟨+are⟩", "⟨9999⟩", "⟨", "x"])


@settings(deadline=None)
@given(source=texts, text=st.lists(symbols, max_size=9).map("".join) | texts)
def test_execution_is_total_and_bounded(source: str, text: str) -> None:
    try:
        found = Machine(Words(source), PHRASES, 100, 12).run(parse(text))
    except ExpressionError:
        return
    assert len(found) <= 12
