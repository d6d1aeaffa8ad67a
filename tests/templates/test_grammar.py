"""What a model may write for one example: its own arguments, each as often as it must and may be said, with literal texts between."""

import random
from collections import Counter

import numpy as np
import pytest

from funcgen.generation.constraints import within
from funcgen.grammar import Pieces, accepts
from funcgen.templates.grammar import State, TemplateGrammar
from funcgen.templates.literals import Literals
from funcgen.templates.words import Phrasebook, keys

END, A, A_SPACED, B, C, OTHER = range(6)
SPELLED = [b"", b"{a}", b" {a}", b"{b}", b"{c}", b"{other}", *(bytes([byte]) for byte in range(256))]
PIECES = Pieces(SPELLED, {"{a}": A, " {a}": A_SPACED, "{b}": B, "{c}": C, "{other}": OTHER}, END)
LITERALS = Literals(PIECES, Phrasebook([keys("kid"), keys("not cheap")]), {})
GRAMMAR = TemplateGrammar(
    LITERALS, tokens=[[A, A_SPACED], [B], [C]], owners={A: 0, A_SPACED: 0, B: 1, C: 2}, least=[1, 1, 0], most=[2, 1, 1], end=END
)


def spelled(text: str) -> list[int]:
    """The tokens of a text of single bytes, the references given as their letters in capitals."""
    names = {"A": A, "S": A_SPACED, "B": B, "C": C, "O": OTHER, "$": END}
    return [names.get(letter, SPELLED.index(letter.encode(), 6) if letter not in names else 0) for letter in text]


@pytest.mark.parametrize("text", ["AB$", "BS$", "x AyB, z$", "AABC$", "CB AS$", "kidsA kidsBy$", "not AcheapB$", "kiAdB$"])
def test_what_is_complete(text: str) -> None:
    assert accepts(GRAMMAR, spelled(text), END)


@pytest.mark.parametrize(
    "text",
    [
        *["$", "A$", "B$", "C$", "AB", "AABA$", "ABB$", "ABCC$", "ABO$", "AB$x$", "AB{$", "AB\x07$"],
        *["AB kid$", "kidAB$", "AkidB$", "A not cheap B$", "ABkid.x$"],
    ],
)
def test_what_is_not(text: str) -> None:
    assert not accepts(GRAMMAR, spelled(text), END)


def test_an_unfinished_character_ends_nothing() -> None:
    first, second = (SPELLED.index(bytes([value]), 6) for value in "é".encode())
    assert accepts(GRAMMAR, [A, B, first, second, END], END)
    for tokens in ([A, B, first, END], [A, first, B, END], [A, first, A, B, END]):
        assert not accepts(GRAMMAR, tokens, END)


@pytest.mark.parametrize("seed", range(40))
def test_distance_and_growth_are_true_bounds(seed: int) -> None:
    draw = random.Random(seed)
    state = GRAMMAR.start()
    for _ in range(30):
        allowed = np.flatnonzero(GRAMMAR.allowed(state)).tolist()
        distances = {token: GRAMMAR.distance(GRAMMAR.advance(state, token)) for token in allowed if token != END}
        assert {token: GRAMMAR.distances(state)[token] for token in distances} == distances
        distance = GRAMMAR.distance(state)
        assert (distance == 1) == (END in allowed)
        assert distance == 1 or min(distances.values()) == distance - 1
        assert max(distances.values(), default=0) <= distance + GRAMMAR.growth
        weights = [30 if token < 6 else 1 + 3 * (SPELLED[token][0] > 0xC1) for token in distances]
        state = GRAMMAR.advance(state, draw.choices(list(distances), weights)[0])


@pytest.mark.parametrize("seed", range(40))
def test_walks_within_a_limit_end(seed: int) -> None:
    draw = random.Random(seed)
    limit = GRAMMAR.distance(GRAMMAR.start()) + draw.choice([0, 1, 2, 5, 10, 20])
    state: State = GRAMMAR.start()
    uses: Counter[int] = Counter()
    for step in range(limit):
        token = draw.choice(np.flatnonzero(within(GRAMMAR, state, limit - step, END)).tolist())
        if token == END:
            break
        uses[GRAMMAR.owners.get(token, -1)] += 1
        state = GRAMMAR.advance(state, token)
    assert token == END
    assert 1 <= uses[0] <= 2
    assert uses[1] == 1
    assert uses[2] <= 1


def test_a_mask_is_not_written_to() -> None:
    before = LITERALS.mask(GRAMMAR.start().literal).copy()
    GRAMMAR.allowed(GRAMMAR.start())
    assert (LITERALS.mask(GRAMMAR.start().literal) == before).all()
