"""Words are those that sacrebleu's tokenizers make."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import BLEU

from funcgen.scoring import BleuTokenizer
from funcgen.scoring.segmentation import closest_length, words

PIECES = [*"aZ09.,-'&;!_`~ \t\n\u00a0\u3000é中<>", "&amp;", "&quot;", "&lt;", "-\n", "<skipped>"]


@pytest.mark.parametrize("tokenizer", ["13a", "intl", "zh", "char", "none"])
@given(text=st.text() | st.lists(st.sampled_from(PIECES)).map("".join))
@example(text='about 1,000.5, or 3-4. "A.B." &quot;it\'s&quot; . .,')
def test_words_are_sacrebleus(tokenizer: BleuTokenizer, text: str) -> None:
    assert list(words(text, False, tokenizer)) == BLEU(tokenize=tokenizer).tokenizer(text.rstrip()).split()


def test_of_two_lengths_as_close_the_shorter_counts() -> None:
    assert closest_length(5, [9, 6, 4]) == 4
