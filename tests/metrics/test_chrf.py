"""chrF against sacrebleu."""

import numpy as np
import pytest
from sacrebleu.metrics.chrf import CHRF

from funcgen.metrics import chrf
from funcgen.scoring import Scoring


def random_items(seed: int, items: int, most: int) -> tuple[list[str], list[list[str]]]:
    """Hypotheses (some empty or shorter than six characters) and 1 to `most` references each, of few letters so that ties occur."""
    generator = np.random.default_rng(seed)

    def text(shortest: int) -> str:
        return "".join(generator.choice(list("aAb 中𠮷."), size=generator.integers(shortest, 12)))

    return [text(0) for _ in range(items)], [[text(1) for _ in range(generator.integers(1, most + 1))] for _ in range(items)]


@pytest.mark.parametrize("lowercase", [False, True])
@pytest.mark.parametrize(("seed", "items", "most"), [(1, 40, 5), (2, 7, 2), (3, 200, 1), (4, 1, 3), (5, 200, 7)])
def test_equals_corpus_score(lowercase: bool, seed: int, items: int, most: int) -> None:
    hypotheses, references = random_items(seed, items, most)
    padded = [[right[place] if place < len(right) else None for right in references] for place in range(max(map(len, references)))]
    scoring = Scoring(lowercase=lowercase, tokenizer="13a")
    theirs = CHRF(lowercase=lowercase)
    # None for an absent reference is sacrebleu's convention, which its annotation leaves out
    expected = theirs.corpus_score(hypotheses, padded)  # type: ignore[arg-type]
    assert chrf.scores(chrf.statistics(hypotheses, references, scoring).sum(axis=0)) == {"chrf": expected.score}
    counts = {len(right) for right in references}
    assert chrf.signature(scoring, counts.pop() if len(counts) == 1 else "var") == str(theirs.get_signature())


def test_of_references_equally_good_the_first_counts_as_in_sacrebleu() -> None:
    """So the order of references matters where nothing matches, as for an empty hypothesis."""
    rows = [chrf.statistics([""], [right], Scoring(lowercase=False, tokenizer="13a"))[0] for right in (["long", "no"], ["no", "long"])]
    assert [row[1] for row in rows] == [4, 2]
