"""Extracts say lines of the source, and the oracle finds those that a target is near to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.artifacts import Example
from funcgen.editing.programs import position_symbol
from funcgen.errors import ArtifactError, ExpressionError
from funcgen.expressions.extract import Extracts, Params, language, learn, likeness, words

TALK = "Did you find the key?\n\n No. \nIt was under the blue mat.\nThe mat at the door?"
LANGUAGE = Extracts(lines=2, positions=4)


def example(source: str, target: str) -> Example:
    return Example("train", "", source, target, "")


def test_a_program_is_lines_of_the_source() -> None:
    assert LANGUAGE.execute("⟨1⟩⟨2⟩", example(TALK, "")) == "No.\nIt was under the blue mat."
    assert LANGUAGE.prompt(example(TALK, "")) == (
        "⟨0⟩Did you find the key?\n⟨1⟩No.\n⟨2⟩It was under the blue mat.\n⟨3⟩The mat at the door?"
    )


@pytest.mark.parametrize("program", ["", "⟨4⟩", "⟨2⟩⟨1⟩", "⟨1⟩⟨1⟩", "⟨0⟩⟨1⟩⟨2⟩", "⟨01⟩", "⟨0⟩ ⟨1⟩", "⟨keep⟩⟨1⟩", "No."])
def test_what_is_none_is_refused(program: str) -> None:
    with pytest.raises(ExpressionError):
        LANGUAGE.execute(program, example(TALK, ""))


def test_lines_beyond_those_that_can_be_pointed_at_are_read_and_not_said() -> None:
    short = Extracts(lines=2, positions=2)
    assert short.prompt(example("a\nb\nc", "")) == "⟨0⟩a\n⟨1⟩b\nc"
    with pytest.raises(ExpressionError, match="2 lines"):
        short.execute("⟨2⟩", example("a\nb\nc", ""))


@pytest.mark.parametrize(
    ("target", "program"),
    [
        ("It was under the mat.", "⟨2⟩"),  # any other line has more words that are wrong than right
        ("Did they find it under the mat at the door?", "⟨0⟩⟨3⟩"),
        ("Under the blue mat, no?", "⟨1⟩⟨2⟩"),
        ("Nothing of this.", None),
    ],
)
def test_the_oracle_takes_lines_as_long_as_they_share_more(target: str, program: str | None) -> None:
    assert LANGUAGE.express(example(TALK, target)) == program


@given(st.lists(st.text("ab ", max_size=8), max_size=6), st.text("ab ", max_size=20))
def test_the_oracle_is_no_worse_than_any_line(lines: list[str], target: str) -> None:
    one = example("\n".join(lines), target)
    found = LANGUAGE.express(one)
    singles = [LANGUAGE.execute(position_symbol(place), one) for place in range(min(4, sum(bool(line.strip()) for line in lines)))]
    best = max((likeness(words(line), words(target)) for line in singles), default=0.0)
    assert (found is None) == (best == 0)
    assert found is None or likeness(words(LANGUAGE.execute(found, one)), words(target)) >= best


def test_as_many_positions_as_the_longest_source_has_lines() -> None:
    assert learn(Params(lines=3, positions=64), [example(TALK, ""), example("a", "")]) == {"positions": 4}
    assert learn(Params(lines=3, positions=2), [example(TALK, "")]) == {"positions": 2}
    assert language(Params(lines=3, positions=64), {"positions": 4}) == Extracts(3, 4)


@pytest.mark.parametrize("inventory", [{}, {"positions": 0}, {"positions": True}, {"positions": "4"}, {"positions": 4, "more": 1}])
def test_another_inventory_is_refused(inventory: dict[str, object]) -> None:
    with pytest.raises(ArtifactError, match="run `dvc repro tokenize`"):
        language(Params(lines=3, positions=64), inventory)
