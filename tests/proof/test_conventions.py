"""Each convention gives what a person who follows it with sacrebleu gets, and a score of one is traced back to it."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from funcgen import cli
from funcgen.errors import FuncgenError
from funcgen.metrics import METRICS
from funcgen.proof.conventions import BLEU_MEASURES, CASES, REFERENCES, Convention, Conventions, transposed
from funcgen.proof.explanation import explanations, printed
from funcgen.scoring import Scoring

HYPOTHESES = [
    "The Blue Spice is a cheap pub near the Café Sicilia.",
    "Aromi is an Italian coffee shop, by the riverside.",
    "the golden curry serves Fast food -- at low prices",
    "Nothing of it",
]
REFERENCES_OF = [
    ["A cheap pub near the café Sicilia is the Blue Spice.", "The Blue Spice is a cheap pub.", "Near the Café Sicilia there is a pub."],
    ["Aromi is an Italian coffee shop in the riverside area."],
    ["The Golden Curry serves fast food at low prices.", "Fast food is served -- at low prices -- by The Golden Curry"],
    ["Something else is said here.", "Nothing of it"],
]
SCORING = Scoring(lowercase=True, tokenizer="13a")


@pytest.fixture(scope="module")
def conventions() -> Conventions:
    return Conventions(METRICS["bleu"], "bleu", (HYPOTHESES, REFERENCES_OF), SCORING)


def streams(padding: str | None) -> Any:
    """As sacrebleu takes references: the first of each, the second of each ..."""
    most = max(len(right) for right in REFERENCES_OF)
    return [[right[i] if i < len(right) else padding for right in REFERENCES_OF] for i in range(most)]


def sentence_mean(method: str) -> float:
    one = BLEU(lowercase=True, effective_order=True, smooth_method=method)
    return sum(one.sentence_score(text, right).score for text, right in zip(HYPOTHESES, REFERENCES_OF, strict=True)) / len(HYPOTHESES)


PAIRS = [(text, one) for text, right in zip(HYPOTHESES, REFERENCES_OF, strict=True) for one in right]
PLAIN = BLEU(lowercase=True)
BY_HAND = {
    "declared": (PLAIN.corpus_score(HYPOTHESES, streams(None)).score, {}),
    "first": (PLAIN.corpus_score(HYPOTHESES, [[right[0] for right in REFERENCES_OF]]).score, {"references": "first reference only"}),
    "zip": (
        PLAIN.corpus_score(HYPOTHESES, [list(column) for column in zip(*REFERENCES_OF, strict=False)]).score,
        {"references": "zip(*references) over ragged references"},
    ),
    "pairs": (
        PLAIN.corpus_score([text for text, _ in PAIRS], [[one for _, one in PAIRS]]).score,
        {"references": "each (input, reference) pair an item"},
    ),
    "padded": (PLAIN.corpus_score(HYPOTHESES, streams("")).score, {"references": 'references padded with ""'}),
    "cased": (BLEU().corpus_score(HYPOTHESES, streams(None)).score, {"case": "cased"}),
    **{
        name: (BLEU(lowercase=True, tokenize=name).corpus_score(HYPOTHESES, streams(None)).score, {"tokenizer": name})
        for name in ("none", "intl", "char", "zh")
    },
    **{
        f"BLEU-{order}": (
            BLEU(lowercase=True, max_ngram_order=order).corpus_score(HYPOTHESES, streams(None)).score,
            {"measure": f"BLEU-{order}"},
        )
        for order in (1, 2, 3)
    },
    **{
        f"smoothing {name}": (
            BLEU(lowercase=True, smooth_method=name).corpus_score(HYPOTHESES, streams(None)).score,
            {"measure": "no smoothing" if name == "none" else f"smoothing {name}"},
        )
        for name in ("none", "floor", "add-k")
    },
    "sentences": (sentence_mean("exp"), {"measure": "mean sentence BLEU"}),
    "sentences, no smoothing": (sentence_mean("none"), {"measure": "mean sentence BLEU without smoothing"}),
}
"""What sacrebleu gives, called by hand, and in what the convention differs from the declared one."""


@pytest.mark.parametrize(("score", "parts"), BY_HAND.values(), ids=BY_HAND.keys())
def test_a_convention_gives_what_sacrebleu_does(conventions: Conventions, score: float, parts: dict[str, str]) -> None:
    convention = Convention(**{**vars(conventions.declared), **parts})
    assert conventions.score(convention) == pytest.approx(score, abs=1e-9)
    found, _ = explanations(f"{score:.4f}", conventions)
    equals = [one for value, one in found if value == pytest.approx(score, abs=1e-4)]
    differs = [sum(getattr(one, name) != value for name, value in vars(conventions.declared).items()) for one in equals]
    assert equals
    assert max(differs) <= len(parts)
    assert convention in equals or min(differs) < len(parts)


def test_two_parts_at_once(conventions: Conventions) -> None:
    score = BLEU(max_ngram_order=2).corpus_score(HYPOTHESES, streams(None)).score
    found, _ = explanations(f"{score:.6f}", conventions)
    assert [(one.case, one.measure) for _, one in found] == [("cased", "BLEU-2")]


def test_a_share_of_one(conventions: Conventions) -> None:
    score = conventions.score(conventions.declared)
    found, _ = explanations(f"{score / 100:.6f}", conventions)
    assert conventions.declared in [one for _, one in found]


def test_the_penalty_alone_makes_the_difference(conventions: Conventions) -> None:
    short = Conventions(METRICS["bleu"], "bleu", (["a b c d e"], [["a b c d e f g h i j"]]), SCORING)
    one = Convention(**{**vars(short.declared), "measure": "no brevity penalty"})
    assert short.score(one) == pytest.approx(100)
    assert short.score(short.declared) < 50


def test_every_convention_is_reached(conventions: Conventions) -> None:
    reached = [one for parts in range(5) for one in conventions.deviating(parts)]
    assert len(reached) == len(set(reached)) == len(REFERENCES) * len(CASES) * 5 * len(BLEU_MEASURES)


def test_chrf_has_conventions_too() -> None:
    chrf = Conventions(METRICS["chrf"], "chrf", (HYPOTHESES, REFERENCES_OF), Scoring(lowercase=False, tokenizer="13a"))
    first = CHRF().corpus_score(HYPOTHESES, [[right[0] for right in REFERENCES_OF]]).score
    found, _ = explanations(f"{first:.4f}", chrf)
    assert "first reference only" in {one.references for _, one in found}


@given(st.lists(st.lists(st.text(min_size=1), min_size=1, max_size=4), min_size=1, max_size=6))
@settings(deadline=None, max_examples=50)
def test_items_stay_items(references: list[list[str]]) -> None:
    """No convention makes lists of other lengths, or an item without references, which sacrebleu scores in silence."""
    hypotheses = [f"h{index}" for index in range(len(references))]
    for make in REFERENCES.values():
        texts, right = make(hypotheses, references)
        assert len(texts) == len(right) > 0
        assert all(len(one) > 0 for one in right)


def test_transposed_references() -> None:
    assert transposed(["a", "b"], [["1", "2", "3"], ["4", "5"]]) == (["a", "b"], [["1", "4"], ["2", "5"]])


@pytest.mark.parametrize(
    ("value", "score", "well"),
    [
        (30.914, "30.91", True),
        (30.914, "30.9", True),
        (30.914, "31", True),
        (30.914, "30.92", False),
        (0.5, "0.50", True),
        (50.0, "0.5", True),
        (50.0, "50", True),
    ],
)
def test_digits(value: float, score: str, well: bool) -> None:
    assert (score in printed(value, score)) is well


@pytest.mark.parametrize("score", ["", "x", "-1", "nan", "1e3", "30,9", "inf", "3" * 100, "1." + "1" * 100, " 1"])
def test_what_is_no_score_is_refused(conventions: Conventions, score: str) -> None:
    with pytest.raises(FuncgenError, match=r"--explain .*: must be a score as it was printed, such as 30\.91"):
        explanations(score, conventions)


def explained(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[str, object]:
    with pytest.raises(SystemExit) as done:
        cli.main(["verify", *arguments])
    return capsys.readouterr().out, done.value.code


def test_the_command(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, status = explained(capsys, "--explain", "100.01")
    assert status == 1
    assert re.search(r"100\.01 is none of \d+ conventions; the nearest:\n  \d", text)
    declared = re.search(r"as the task declares: ([\d.]+) ", text)
    assert declared
    text, status = explained(capsys, "--explain", declared[1])
    assert status == 0
    assert "of the corpus, all references, lowercased, tokenizer 13a" in text.splitlines()[-1] or "of the corpus" in text


def test_a_metric_that_is_none(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, status = explained(capsys, "--explain", "1", "--metric", "blue")
    assert text == ""
    assert "--metric blue: is no metric of this task; did you mean bleu?" in str(status)
