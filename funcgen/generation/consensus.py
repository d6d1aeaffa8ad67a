"""How alike the texts of one input are: every sentence-level score against every other, in bulk.

The smaller of two counts is a sum over k of "both have it k times at least", so that clipped matches of all pairs are one product of
a 0/1 matrix of (n-gram, k) with its transpose.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from funcgen.scoring import BleuTokenizer
from funcgen.scoring.ngrams import ngrams, renumbered
from funcgen.scoring.segmentation import words

BLEU_ORDER = 4
COLUMNS = 4096
"""Columns of the 0/1 matrix at a time, which bounds memory for long texts."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Matches:
    """Of T texts, for n = 1..N: `totals` [N, T] n-grams of each; `pairs` [N, T, T] those that two share, clipped; `pooled` [N, T]
    those of each, clipped to the most that any one other text has."""

    totals: Matrix
    pairs: Matrix
    pooled: Matrix


def matches(texts: Sequence[Sequence[str]], order: int) -> Matches:
    """Count for each text, a sequence of words or characters, and each pair."""
    found = Matches(np.zeros((order, len(texts))), np.zeros((order, len(texts), len(texts))), np.zeros((order, len(texts))))
    for n, (holders, grams, _) in enumerate(ngrams(texts, order)):
        found.totals[n] = np.bincount(holders, minlength=len(texts))
        found.pairs[n], found.pooled[n] = shared(holders, renumbered(grams)[0].astype(np.int64), len(texts))
    return found


def shared(owner: NDArray[np.int64], grams: NDArray[np.int64], texts: int) -> tuple[Matrix, Matrix]:
    """`pairs` and `pooled` of Matches for one n, from the n-grams `grams` (numbers) that the texts `owner` hold."""
    keys = np.sort(grams * texts + owner)
    first = np.searchsorted(keys, keys)
    occurrence = np.arange(len(keys)) - first  # k - 1
    most = int(occurrence.max(initial=0)) + 1
    _, inverse, holders = np.unique(keys // texts * most + occurrence, return_inverse=True, return_counts=True)
    common = holders > 1  # the others count on the diagonal alone
    column, row = (np.cumsum(common) - 1)[inverse][common[inverse]], (keys % texts)[common[inverse]]
    pairs = np.zeros((texts, texts))
    for start in range(0, int(common.sum()), COLUMNS):
        inside = (column >= start) & (column < start + COLUMNS)
        block = np.zeros((texts, min(COLUMNS, int(common.sum()) - start)), dtype=np.float32)
        block[row[inside], column[inside] - start] = 1
        pairs += block @ block.T
    np.fill_diagonal(pairs, np.bincount(keys % texts, minlength=texts))
    return pairs, np.bincount(row, minlength=texts).astype(np.float64)


def bleu_scores(clipped: Matrix, totals: Matrix, lengths: Matrix, right_lengths: Matrix) -> Matrix:
    """Sentence BLEU, 0..100, as sacrebleu's `sentence_bleu`: exponential smoothing (NIST's), effective order.

    `clipped` [N, ...] matches, `totals` [N, ...] n-grams of the hypothesis, its length [...] and the reference's [...].
    """
    halvings = np.cumsum((clipped == 0) & (totals > 0), axis=0)
    numerators = np.where(clipped > 0, clipped, 0.5**halvings)
    logarithms = np.where(totals > 0, np.log(numerators / np.maximum(totals, 1)), 0)
    orders = np.maximum(1, (totals > 0).sum(axis=0))
    brevity = np.minimum(0, 1 - right_lengths / np.maximum(lengths, 1))
    return np.where(clipped.any(axis=0), 100 * np.exp(logarithms.sum(axis=0) / orders + brevity), 0)


def bleu(texts: Sequence[str], lowercase: bool, tokenizer: BleuTokenizer) -> Matrix:
    """Sentence BLEU of text i, the hypothesis, against text j as the one reference: shape [texts, texts], 0..100."""
    found = matches([words(text, lowercase, tokenizer) for text in texts], BLEU_ORDER)
    length = found.totals[0]
    return bleu_scores(found.pairs, found.totals[:, :, None], length[:, None], length[None, :])


def pooled_bleu(texts: Sequence[str], lowercase: bool, tokenizer: BleuTokenizer) -> Matrix:
    """Sentence BLEU of each text against all others as its references (most matches of any, closest length): shape [texts], 0..100.

    0 for a text that is alone.
    """
    found = matches([words(text, lowercase, tokenizer) for text in texts], BLEU_ORDER)
    length = found.totals[0]
    distance = np.abs(length[:, None] - length[None, :])
    np.fill_diagonal(distance, np.inf)
    closest = np.lexsort((np.broadcast_to(length, distance.shape), distance))[:, 0]  # the shorter of two as close, as sacrebleu
    return bleu_scores(found.pooled, found.totals, length, length[closest])


def chrf(texts: Sequence[str], lowercase: bool) -> Matrix:
    """Sentence chrF2 of text i, the hypothesis, against text j, as sacrebleu's `sentence_chrf`: shape [texts, texts], 0..100."""
    from sacrebleu.metrics.chrf import CHRF  # see segmentation

    found = matches(["".join((text.lower() if lowercase else text).split()) for text in texts], CHRF.CHAR_ORDER)
    ours, theirs = found.totals[:, :, None], found.totals[:, None, :]
    both = (ours > 0) & (theirs > 0)
    orders = np.maximum(1, both.sum(axis=0))
    precision = np.where(both, found.pairs / np.maximum(ours, 1), 0).sum(axis=0) / orders
    recall = np.where(both, found.pairs / np.maximum(theirs, 1), 0).sum(axis=0) / orders
    weight = CHRF.BETA**2
    score: Matrix = 100 * (1 + weight) * precision * recall / np.maximum(weight * precision + recall, np.finfo(float).tiny)
    return score
