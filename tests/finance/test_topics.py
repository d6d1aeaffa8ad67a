"""Topics of financial news: the first that a word tells, by whole words."""

import pytest

from funcgen.finance.topics import OTHER, TOPICS, topic


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The company expects its net sales to grow .", "outlook"),
        ("Net sales are estimated to fall in 2009 .", "outlook"),
        ("A fifth of the staff will be laid off .", "personnel"),
        ("OPERATING PROFIT ROSE TO EUR 9 MN", "results"),
        ("The order is worth EUR 9 mn .", "orders"),
        ("Nordvik sold its stake in the firm .", "deals"),
        ("The board proposes a dividend of EUR 0.1 .", "shares"),
        ("The new mill starts in May .", "operations"),
        ("The software runs on phones .", "products"),
        ("The town lies by the sea .", OTHER),
        ("The profiteer ordains a misdeal .", OTHER),
        ("", OTHER),
    ],
)
def test_topics(sentence: str, expected: str) -> None:
    assert topic(sentence) == expected


def test_the_order_of_the_rules_counts() -> None:
    assert topic("The profit of the order was paid as dividend .") == "results"
    assert list(TOPICS).index("results") < list(TOPICS).index("orders") < list(TOPICS).index("shares")
