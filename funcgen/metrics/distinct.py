"""Distinct-1 and distinct-2 (Li et al. 2016): different n-grams over all n-grams of the hypotheses, which tells a parrot from a speaker.

It is no sum over items, and a bootstrap sample, which repeats items, has fewer different n-grams than the corpus: the percentiles
would all lie below the score. So there is no interval. It falls as the corpus grows: compare at equal n only.
"""

from collections.abc import Sequence
from itertools import pairwise

from sacrebleu import __version__

from funcgen.scoring import Scoring
from funcgen.scoring.segmentation import words


def scores(hypotheses: Sequence[str], scoring: Scoring) -> dict[str, float]:
    """`distinct_1` and `distinct_2`, 0..100, in the tokens that BLEU sees; 0 where there are none."""
    lines = [words(text, scoring.lowercase, scoring.tokenizer) for text in hypotheses]
    unigrams = [token for line in lines for token in line]
    bigrams = [pair for line in lines for pair in pairwise(line)]
    return {
        "distinct_1": 100 * len(set(unigrams)) / max(len(unigrams), 1),
        "distinct_2": 100 * len(set(bigrams)) / max(len(bigrams), 1),
    }


def signature(scoring: Scoring) -> str:
    """In the manner of sacrebleu."""
    return f"case:{'lc' if scoring.lowercase else 'mixed'}|tok:{scoring.tokenizer}|version:{__version__}"
