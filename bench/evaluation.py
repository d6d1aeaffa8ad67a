"""What scores and their intervals cost: CPU seconds of stage evaluate's scorecard, and of sacrebleu and rouge-score as they are shipped.

`python -m bench.evaluation` scores as many hypotheses as are asked for, each with one reference, another text of the same input: BLEU, chrF
and ROUGE with bootstrap intervals on both sides; ours has exact match, length ratio, word errors in place and distinct n-grams besides.
Texts are E2E's training texts where FUNCGEN_DATA has them, else the assistant's, each with a number so that none is there twice. The two
sides run in processes of their own, so that neither finds what the other remembers.
"""

import argparse
import multiprocessing
import resource
import time
from collections.abc import Callable
from itertools import cycle, islice, pairwise

from bench.inputs import examples
from funcgen.scoring import Scoring
from funcgen.scoring.scorecard import scorecard
from funcgen.sections import Evaluate

SEED, CONFIDENCE = 1, 0.95
Texts = tuple[list[str], list[str]]
"""Hypotheses, and the reference of each."""


def texts(count: int) -> tuple[str, Texts]:
    """The name of the data, and neighbours among the texts of each input."""
    name, found = examples("train")
    by_source: dict[str, list[str]] = {}
    for one in found:
        by_source.setdefault(one.source, []).append(one.target)
    pairs = [pair for several in by_source.values() for pair in pairwise(several)]
    chosen = [(f"{first} {number}", f"{second} {number}") for number, (first, second) in enumerate(islice(cycle(pairs), count))]
    return name, ([first for first, _ in chosen], [second for _, second in chosen])


def ours(found: Texts, samples: int) -> dict[str, float]:
    """Scores by stage evaluate's scorecard."""
    hypotheses, references = found
    evaluate = Evaluate(bootstrap_samples=samples, confidence=CONFIDENCE, seed=SEED)
    card = scorecard(hypotheses, [[text] for text in references], Scoring(lowercase=False, tokenizer="13a"), evaluate)
    return {name: card.scores[name]["score"] for name in ("bleu", "chrf", "rouge_1", "rouge_2", "rouge_l")}


def theirs(found: Texts, samples: int) -> dict[str, float]:
    """Scores by sacrebleu's `corpus_score` and rouge-score's scorer and aggregator."""
    from rouge_score.rouge_scorer import RougeScorer
    from rouge_score.scoring import BootstrapAggregator
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    hypotheses, references = found
    scores = {
        "bleu": BLEU().corpus_score(hypotheses, [references], n_bootstrap=samples).score,
        "chrf": CHRF().corpus_score(hypotheses, [references], n_bootstrap=samples).score,
    }
    names = {"rouge1": "rouge_1", "rouge2": "rouge_2", "rougeL": "rouge_l"}
    scorer, aggregator = RougeScorer(list(names)), BootstrapAggregator(confidence_interval=CONFIDENCE, n_samples=samples)
    for hypothesis, reference in zip(hypotheses, references, strict=True):
        aggregator.add_scores(scorer.score(reference, hypothesis))
    return scores | {names[name]: 100 * found.mid.fmeasure for name, found in aggregator.aggregate().items()}


Side = Callable[[Texts, int], dict[str, float]]


def timed(side: Side, found: Texts, samples: int) -> tuple[dict[str, float], float, float, float]:
    """Scores, CPU and wall seconds, and the megabytes that the process had at most."""
    cpu, wall = time.process_time(), time.perf_counter()
    scores = side(found, samples)
    spent = time.process_time() - cpu, time.perf_counter() - wall
    return scores, *spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(items: int, samples: int) -> None:
    """Print a line for each side."""
    name, found = texts(items)
    print(f"{name}: {items} hypotheses with one reference each, {samples} bootstrap samples")
    first = None
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for label, side in (("ours", ours), ("sacrebleu and rouge-score", theirs)):
            scores, cpu, wall, memory = pool.apply(timed, (side, found, samples))
            first = first or cpu
            shown = ", ".join(f"{score} {value:.2f}" for score, value in scores.items())
            print(
                f"  {label}: {cpu:.1f} s CPU, {wall:.1f} s wall, {cpu / first:.2f} times ours, {memory:.0f} MB at most; {shown}", flush=True
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--items", type=int, default=100_000, help="hypotheses; 100,000 if not given")
    parser.add_argument("--samples", type=int, default=1000, help="of the bootstrap; 1,000 if not given")
    arguments = parser.parse_args()
    main(arguments.items, arguments.samples)
