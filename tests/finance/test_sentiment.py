"""The lexicon of financial news: what goes up is good, unless it is a loss."""

import pytest

from funcgen.calls.canonical import parse, render
from funcgen.finance.sentiment import by_lexicon, sentiment


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Operating profit rose to EUR 9.2 mn .", "positive"),
        ("Operating profit fell to EUR 9.2 mn .", "negative"),
        ("The loss fell to EUR 9.2 mn .", "positive"),
        ("Costs INCREASED .", "negative"),
        ("Demand is weak .", "negative"),
        ("Sales rose , but profit fell .", "neutral"),
        ("The office lies in Oslo .", "neutral"),
        ("Supper is at eight .", "neutral"),  # no part of a word counts
        ("", "neutral"),
    ],
)
def test_sentiment(sentence: str, expected: str) -> None:
    assert sentiment(sentence) == expected


def test_the_call_of_a_sentence() -> None:
    found = by_lexicon("Operating profit rose to EUR 9.2 mn .")
    assert found == 'report(topic="results", sentiment="positive")'
    assert render(parse(found)) == found
