"""The automaton of literal texts against what it must agree with: decoding the bytes, and looking for the phrases in the text."""

import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from funcgen.grammar import Pieces
from funcgen.templates.literals import FORBIDDEN, Literals, State
from funcgen.templates.syntax import BRACES
from funcgen.templates.words import Phrasebook, keys, words
from tests.hostile import SIGNS, hard_text, more_examples

PHRASES = [
    *["kid", "kid friendly", "kid-friendly", "not for kids", "Anna's", "o'clock", "30", "7:30", "7 pm", "a b c", "b c d", "caf", "café x"],
    *["闹钟", "钟", "AB公司", "5 stars", "!", "x's y", "’", "ß", "İz", "two\nlines", "€ 20", "{x}", "é", "the Thé", "٣"],
]
BOOK = Phrasebook(map(keys, PHRASES))
SEVERAL = (" kid", "friend", "ly", "s'", " not", "30", "闹", "7:", " {", "}")
SPELLED = [*(bytes([byte]) for byte in range(256)), *map(str.encode, SEVERAL)]
PIECES = Pieces([b"", *SPELLED, *(text.encode() for text in [*BRACES, "{x}"])], {}, 0)
SYMBOLS = {symbol: len(SPELLED) + 1 + number for number, symbol in enumerate([*BRACES, "{x}"])}
LITERALS = Literals(Pieces(PIECES.spelling, SYMBOLS, 0), BOOK, {SYMBOLS[written]: brace for written, brace in BRACES.items()})


def right(text: str) -> bool:
    """What a literal text is, by definition."""
    return not FORBIDDEN.search(text) and not list(BOOK.find(words(text)))


def accepted(tokens: Sequence[int]) -> bool:
    """Whether the automaton goes along with `tokens`, and lets the text end behind them."""
    state = State()
    for token in tokens:
        after = LITERALS.advance(state, token)
        if after is None:
            return False
        state = after
    return LITERALS.closed(state)


def tokens_of(text: str, draw: random.Random) -> list[int]:
    """One of the ways to spell a text: by bytes, or by tokens of several where they fit; braces by their symbols."""
    tokens: list[int] = []
    data = text.encode()
    while data:
        brace = next((SYMBOLS[written] for written, brace in BRACES.items() if data.startswith(brace.encode())), None)
        fitting = [number for number, spelling in enumerate(SPELLED, 1) if data.startswith(spelling) and not set(b"{}") & set(spelling)]
        token = draw.choice(fitting) if brace is None else brace
        tokens.append(token)
        data = data[len(LITERALS.tokens[token]) :]
    return tokens


phrases_in_text = st.lists(st.sampled_from([*PHRASES, *SIGNS, "s", "kids", "kid's", "Anna", "friendly", "clock"]), max_size=5).map("".join)
spaced = st.lists(st.sampled_from([*PHRASES, *SIGNS, "kids", "not", "for", "stars", "x's"]), max_size=6).map(" ".join)


@more_examples
@given(text=hard_text | phrases_in_text | spaced, seed=st.integers(0, 99))
@example(text="kid’s kid’ kids", seed=1)
@example(text="kidé kid𝐚 kid’é café", seed=1)
@example(text="foo'kid 7kid kid7 530 30s", seed=1)
@example(text="UNKNOWN's'kid", seed=1)
@example(text="5\u3000stars", seed=1)
@example(text="AB公 司", seed=1)
@example(text="o 'clock o''clock", seed=1)
@example(text="notforkids not for kid s", seed=1)
def test_a_text_is_allowed_if_it_says_no_phrase(text: str, seed: int) -> None:
    assert accepted(tokens_of(text, random.Random(seed))) == right(text)


@pytest.mark.parametrize("seed", range(40))
def test_walks(seed: int) -> None:
    """Whatever is allowed spells valid text without phrases wherever it may end, and the way there is as short as `distance` says."""
    draw = random.Random(seed)
    state, data = State(), b""
    for _ in range(40):
        allowed = np.flatnonzero(LITERALS.mask(state)).tolist()
        assert not {token for token, spelling in enumerate(PIECES.spelling) if not spelling or token == SYMBOLS["{x}"]} & set(allowed)
        multi = [token for token in allowed if len(LITERALS.tokens[token]) > 1 or LITERALS.tokens[token][0] > 127]
        token = draw.choice(multi if multi and draw.random() < 0.5 else allowed)
        before = LITERALS.distance(state)
        after = LITERALS.advance(state, token)
        assert after is not None
        data += LITERALS.tokens[token]
        assert LITERALS.distance(after) <= before + 4
        assert LITERALS.closed(after) == (LITERALS.distance(after) == 0)
        if LITERALS.closed(after):
            assert right(data.decode())
        else:
            nearer = (LITERALS.advance(after, token) for token in np.flatnonzero(LITERALS.mask(after)).tolist())
            assert any(state is not None and LITERALS.distance(state) < LITERALS.distance(after) for state in nearer)
        state = after


def test_invalid_bytes_are_refused() -> None:
    byte = {spelling: number for number, spelling in enumerate(SPELLED, 1) if len(spelling) == 1}
    alone = (b"\x80", b"\xc0", b"\xf5", b"\xff")
    for data in (*alone, b"\xc3a", b"\xc2\x80", b"\xe0\x80", b"\xed\xa0", b"\xf0\x80", b"\xf4\x90", b"\xe4\xb8 "):
        state: State | None = State()
        for value in data:
            assert state is not None
            state = LITERALS.advance(state, byte[bytes([value])])
            if state is None:
                break
        assert state is None, data
    for text in "è中🙂\U0010fffd":
        assert accepted([byte[bytes([value])] for value in text.encode()])
        assert not accepted([byte[bytes([value])] for value in text.encode()[:-1]])


def test_a_brace_is_only_said_by_its_symbol() -> None:
    mask = LITERALS.mask(State())
    assert all(mask[SYMBOLS[symbol]] for symbol in BRACES)
    assert not any(mask[token] for token, spelling in enumerate(SPELLED, 1) if set(b"{}") & set(spelling))


def test_nothing_is_forbidden_where_there_are_no_phrases() -> None:
    free = Literals(Pieces(PIECES.spelling, SYMBOLS, 0), Phrasebook([]), {})
    allowed = {PIECES.spelling[token] for token in np.flatnonzero(free.mask(State())).tolist()}
    bytes_ = {bytes([byte]) for byte in (*b"\t\n", *range(0x20, 0x7F), *range(0xC2, 0xF5))}
    assert allowed == {spelling for spelling in {*bytes_, *map(str.encode, SEVERAL)} if not set(b"{}") & set(spelling)}
