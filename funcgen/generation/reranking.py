"""Choosing one of several candidates for an input: by the model, by its score of their texts, by coverage, or by a consensus."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from funcgen import sections
from funcgen.artifacts import Example
from funcgen.errors import ExpressionError
from funcgen.generation import consensus
from funcgen.protocols import Generation, Language

IDEOGRAPHS = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
WORD = re.compile(rf"\d+|[{IDEOGRAPHS}]|[^\W\d_{IDEOGRAPHS}]+")
GROUPING = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
LEADING_ZEROS = re.compile(r"(?<![\d.])0+(?=\d)")


class TextScore(NamedTuple):
    """What a network thinks of a text: its log-probability, in nats, and the number of tokens."""

    log_probability: float
    n_tokens: int


@dataclass(frozen=True)
class Executed:
    """A candidate with its text, how often it was drawn, and the model's score for it."""

    generation: Generation
    text: str
    count: int
    score: float


def choose(
    generations: Sequence[Generation],
    counts: Sequence[int],
    example: Example,
    language: Language,
    options: sections.Generate,
    text_scores: Mapping[str, TextScore],
) -> Generation:
    """The best of the candidates for `example`, by what `options.choose` names, ties by model score, then the first.

    Its alternatives are the others in the same order, of those with equal texts the first. `text_scores` are the second network's of the
    texts, needed where `options.choose` asks for them. Candidates whose execution fails are dropped; where all fail, the first is taken,
    and so is one that is alone.
    """
    if len(generations) == 1:
        return generations[0]
    candidates = [
        Executed(generation, text, count, generation.score(options.beam.length_penalty))
        for generation, count in zip(generations, counts, strict=True)
        if (text := executed(generation.expression, example, language)) is not None
    ]
    if not candidates:
        return generations[0]
    values = worth(candidates, example, options.choose, text_scores)
    ranked: dict[str, Generation] = {}
    for index in sorted(range(len(candidates)), key=lambda index: (values[index], candidates[index].score), reverse=True):
        ranked.setdefault(candidates[index].text, candidates[index].generation)
    best, *others = ranked.values()
    return replace(best, alternatives=tuple(other.expression for other in others))


def executed(expression: str, example: Example, language: Language) -> str | None:
    """The text that `expression` denotes, or None where there is none."""
    try:
        return language.execute(expression, example)
    except ExpressionError:
        return None


def worth(
    candidates: Sequence[Executed], example: Example, options: sections.Choose, text_scores: Mapping[str, TextScore]
) -> Sequence[float]:
    """What each candidate is worth before the model's score decides."""
    if options.by == "text":
        scores = [text_scores[candidate.text] for candidate in candidates]
        return [score.log_probability / max(1, score.n_tokens) for score in scores]
    if options.by == "coverage":
        values = [value for _, value in example.arguments]
        return [coverage(candidate.text, values) for candidate in candidates]
    if options.by == "consensus":
        return agreement(candidates, options.consensus, text_scores)
    return [0.0] * len(candidates)


def simple(text: str) -> str:
    """`text` as words between spaces, without case, punctuation, grouping commas, leading zeros or width; an ideograph is a word."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = LEADING_ZEROS.sub("", GROUPING.sub("", plain))
    return f" {' '.join(WORD.findall(plain))} "


def coverage(text: str, values: Sequence[str]) -> int:
    """How many of `values` the text holds, in their simple form as whole words; one that has no word in it, as it is."""
    held = simple(text)
    return sum(form in held if (form := simple(value)).strip() else value in text for value in values)


def agreement(candidates: Sequence[Executed], options: sections.Consensus, text_scores: Mapping[str, TextScore]) -> list[float]:
    """Expected utility of each candidate's text over all candidates, itself included, by weight (Kumar and Byrne 2004).

    Equal texts are one, with the sum of their weights, or the weight that the second network gives to the text. `bleu` and `chrf` are
    means over pairs, so that the text nearest to most others wins; `pooled_bleu` has all other texts as references of one score,
    whatever they weigh, so that a text wins whose n-grams each occur in some other.
    """
    number: dict[str, int] = {}
    owner = [number.setdefault(candidate.text, len(number)) for candidate in candidates]
    texts = list(number)
    if options.utility == "pooled_bleu":
        utility = consensus.pooled_bleu(texts, options.lowercase, options.bleu_tokenizer)
    else:
        if options.weights == "text":
            weights = powers([text_scores[text].log_probability for text in texts], options.probability_exponent)
        else:
            each = powers([candidate.generation.log_probability for candidate in candidates], options.probability_exponent)
            weights = np.bincount(owner, weights=each * [candidate.count for candidate in candidates]).astype(np.float64)
        pairs = (
            consensus.chrf(texts, options.lowercase)
            if options.utility == "chrf"
            else consensus.bleu(texts, options.lowercase, options.bleu_tokenizer)
        )
        utility = pairs @ (weights / weights.sum())
    return [float(utility[index]) for index in owner]


def powers(log_probabilities: Sequence[float], exponent: float) -> NDArray[np.float64]:
    """Probabilities to the power of `exponent`, the greatest as 1."""
    logarithms = np.array(log_probabilities)
    found: NDArray[np.float64] = np.exp(exponent * (logarithms - logarithms.max()))
    return found
