"""BLEU against sacrebleu, and what its tokenizer for Chinese does."""

import numpy as np
import pytest
from sacrebleu.metrics.bleu import BLEU

from funcgen.metrics import bleu
from funcgen.scoring import BleuTokenizer, Scoring

WORDS = ["the", "The", "inn,", "is", "near", "5.30", "it's", "Zürich…", "中文", "𠮷", "(no)", "&quot;", "a-b"]


def random_items(seed: int, items: int, most: int) -> tuple[list[str], list[list[str]]]:
    """Hypotheses (some empty) and 1 to `most` references each, of words that tokenizers treat differently."""
    generator = np.random.default_rng(seed)

    def text(shortest: int) -> str:
        return " ".join(generator.choice(WORDS, size=generator.integers(shortest, 12)))

    return [text(0) for _ in range(items)], [[text(1) for _ in range(generator.integers(1, most + 1))] for _ in range(items)]


def padded(references: list[list[str]]) -> list[list[str | None]]:
    """Sacrebleu's shape: one list a place, None where an item has no reference for it."""
    width = max(len(right) for right in references)
    return [[right[place] if place < len(right) else None for right in references] for place in range(width)]


@pytest.mark.parametrize("tokenizer", ["13a", "intl", "zh", "char", "none"])
@pytest.mark.parametrize("lowercase", [False, True])
@pytest.mark.parametrize(("seed", "items", "most"), [(1, 40, 5), (2, 7, 2), (3, 20, 1), (4, 1, 3)])
def test_equals_corpus_score(tokenizer: BleuTokenizer, lowercase: bool, seed: int, items: int, most: int) -> None:
    hypotheses, references = random_items(seed, items, most)
    scoring = Scoring(lowercase=lowercase, tokenizer=tokenizer)
    theirs = BLEU(lowercase=lowercase, tokenize=tokenizer)
    # None for an absent reference is sacrebleu's convention, which its annotation leaves out
    expected = theirs.corpus_score(hypotheses, padded(references))  # type: ignore[arg-type]
    assert bleu.scores(bleu.statistics(hypotheses, references, scoring).sum(axis=0)) == {"bleu": expected.score}
    counts = {len(right) for right in references}
    assert bleu.signature(scoring, counts.pop() if len(counts) == 1 else "var") == str(theirs.get_signature())


def test_signature_is_sacrebleus() -> None:
    signature = bleu.signature(Scoring(lowercase=True, tokenizer="13a"), "var")
    assert signature.startswith("nrefs:var|case:lc|eff:no|tok:13a|smooth:exp|version:")


def test_no_advice_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    bleu.statistics(["a b ."] * 120, [["a b c"]] * 120, Scoring(lowercase=False, tokenizer="13a"))
    assert caplog.records == []


def test_texts_of_fewer_than_four_tokens_get_0() -> None:
    """Papineni's definition; here to be known, not to be wished for."""
    assert bleu.scores(bleu.statistics(["two words"], [["two words"]], Scoring(lowercase=False, tokenizer="13a"))[0]) == {"bleu": 0.0}


def test_the_chinese_tokenizer_is_as_the_docstring_says() -> None:
    """If sacrebleu mends it, numbers change, and the docstring must."""
    tokenize = BLEU(tokenize="zh").tokenizer
    assert tokenize("你好……“吧”").split() == ["你", "好", "…", "…", "“", "吧", "”"]
    assert tokenize("你𠮷𠀀ab").split() == ["你", "𠮷𠀀ab"]
