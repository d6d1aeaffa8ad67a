"""Words and the phrasebook: where they stand, and that every phrase is found wherever it is."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funcgen.templates.words import Phrasebook, Span, keys, longest, words
from tests.hostile import hard_text, some_examples


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kid-friendly, isn't it?", "kid|-|friendly|,|isn't|it|?"),
        ("7:30pm, room_8", "7|:|30|pm|,|room|_|8"),
        ("WiFi密码是AB12。", "wifi|密|码|是|ab|12|。"),
        ("James' o’clock 'tis rock'n'roll a''b 5's", "james|'|o’clock|'|tis|rock'n'roll|a|'|'|b|5|'|s"),
        ("Straße CAFÉ é", "strasse|café|é"),
        ("x²½Ⅷ٣", "x²½ⅷ|٣"),
        ("𠀀中", "𠀀|中"),
        (" \n\t\u3000", ""),
    ],
)
def test_words(text: str, expected: str) -> None:
    assert "|".join(word.key for word in words(text)) == expected


@some_examples
@given(text=hard_text)
def test_words_lie_in_order_and_leave_only_spaces_out(text: str) -> None:
    found = words(text)
    assert [word.key for word in found] == [text[word.start : word.end].casefold() for word in found] == list(keys(text))
    position = 0
    for word in found:
        assert position <= word.start < word.end
        assert not text[position : word.start].strip()
        position = word.end
    assert not text[position:].strip()


small = st.lists(st.sampled_from("abc"), max_size=8).map(tuple)


@some_examples
@given(entries=st.lists(small, max_size=6), text=small)
def test_every_phrase_is_found_wherever_it_is(entries: list[tuple[str, ...]], text: tuple[str, ...]) -> None:
    found = list(Phrasebook(entries).find(words(" ".join(text))))
    spans = [(start, end) for start in range(len(text)) for end in range(start + 1, len(text) + 1)]
    assert found == [(start, end) for start, end in spans if text[start:end] in entries]


def some_spans() -> st.SearchStrategy[list[Span]]:
    return st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4)).map(lambda span: (span[0], span[0] + span[1])), max_size=8)


def overlap(one: Span, two: Span) -> bool:
    return one[0] < two[1] and two[0] < one[1]


@some_examples
@given(first=some_spans(), second=some_spans())
def test_the_longest_win_and_earlier_tiers_before_later_ones(first: list[Span], second: list[Span]) -> None:
    kept = longest(first, second)
    assert kept == sorted(set(kept))
    assert not any(overlap(one, two) for one in kept for two in kept if one != two)

    def beaten(span: Span, winners: Sequence[Span]) -> bool:
        return any(overlap(span, winner) and (span[1] - span[0], -span[0]) <= (winner[1] - winner[0], -winner[0]) for winner in winners)

    assert set(longest(first)) <= set(kept)
    assert all(span in kept or beaten(span, longest(first)) for span in first)
    rest = [span for span in kept if span not in first]
    assert all(span in kept or any(overlap(span, winner) for winner in longest(first)) or beaten(span, rest) for span in second)


def test_longest_takes_the_first_of_equally_long_ones() -> None:
    assert longest([(0, 2), (1, 3), (2, 4)]) == [(0, 2), (2, 4)]
    assert longest([(1, 3), (0, 1), (1, 4)], [(0, 5), (4, 5)]) == [(0, 1), (1, 4), (4, 5)]
