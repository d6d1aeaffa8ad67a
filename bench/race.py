"""From nothing but E2E's files to texts with a BLEU of 65: the pipeline against a script around Trainer and generate, in CPU seconds.

`FUNCGEN_DATA=... python -m bench.race` lets both train the same GPT, on the same tokens, for the same steps at the same rates, and write
for the 630 inputs of test by a beam of 4. Ours is `dvc repro` in an empty cache: all six stages, with their checks, provenance, tracking
and intervals; it computes a prompt once for several of its texts. Theirs reads the CSV files, trains with batches grouped by length, and
scores with sacrebleu; it is run in a process of its own, by the same command with --theirs. One after the other, one thread each.
"""

import argparse
import json
import os
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.stages import cost
from bench.training import PRECISIONS, TOGETHER, Precision
from funcgen.experiments.overrides import experiment_overrides, settings_of
from funcgen.search.applying import apply
from funcgen.sections import yaml_text
from tests.project import ROOT, Project, checkout

GOAL = 65.0
SIZES = {"n_layer": 2, "n_head": 4, "n_embd": 64}
RATE = 0.005
BEAM, LIMIT, BATCH = 4, 96, 128
THEIR_ATTENTION: dict[Precision, str] = {"float32": "sdpa", "bfloat16": "eager"}
"""With which Trainer is fastest in a precision, as bench/training.py finds."""


def ours(folder: Path, steps: int, precision: Precision) -> tuple[float, float]:
    """CPU seconds and BLEU of the pipeline."""
    project = checkout(folder, {})
    settings = {key: yaml_text.read(value, "safe") for key, value in settings_of(experiment_overrides("e2e")).items()}
    sizes = {f"model.gpt.{name}": value for name, value in SIZES.items()}
    budget = {"train.max_steps": steps, "train.validate_every": steps, "tokenizer.validation_texts": 1, "compute.threads": 1}
    faster = {"train.completions_per_prompt": TOGETHER, "compute.precision": precision}
    apply({**settings, **sizes, **budget, **faster, "optimizer.adamw.learning_rate": RATE}, project.root / "params.yaml")
    seconds, _ = cost(project, "dvc", "repro")
    return seconds, float(json.loads((project.root / "metrics/evaluate.json").read_text("utf-8"))["bleu"]["score"])


def theirs(folder: Path, steps: int, precision: Precision) -> tuple[float, float]:
    """CPU seconds and BLEU of the script."""
    command = ["python", "-m", "bench.race", "--theirs", precision, "--steps", str(steps), "--into", str(folder / "bleu")]
    seconds, _ = cost(Project(ROOT), *command)
    return seconds, float((folder / "bleu").read_text("utf-8"))


def script(steps: int, precision: Precision) -> float:
    """Train with Trainer, and write with generate; the BLEU of test as the challenge scores it."""
    import sacrebleu
    import torch

    from bench.inputs import block, examples, sequences_of
    from bench.peers import Transformers
    from bench.training import theirs as train
    from funcgen import params as parameters
    from funcgen.models import gpt
    from funcgen.tokens import tokenization
    from funcgen.tokens.tokenization import Codec

    torch.set_num_threads(1)
    texts = [(one.source, one.target) for one in examples("train")[1]]
    options = replace(parameters.load().tokenizer, vocabulary_size=1500)
    codec = Codec(tokenization.train([text for pair in texts for text in pair], options), 256)
    torch.manual_seed(1)
    model = gpt.build(replace(block(gpt.Params, "model", "gpt"), **SIZES, dropout=0.1), codec.vocabulary)
    model.set_attn_implementation(THEIR_ATTENTION[precision])
    with tempfile.TemporaryDirectory() as folder:
        train(model, sequences_of(codec, list(dict.fromkeys(texts))), steps, precision, folder, rate=RATE, warmup=100, decay=0.05)
    model.eval().set_attn_implementation("sdpa")
    references: dict[str, list[str]] = {}
    for one in examples("test")[1]:
        references.setdefault(one.source, []).append(one.target)
    written = Transformers(model, codec, BEAM, LIMIT)(codec.prompts(list(references)), BATCH)
    hypotheses = [codec.decode(tokens) for tokens in written]
    most = max(map(len, references.values()))
    streams: list[Any] = [[several[number] if number < len(several) else None for several in references.values()] for number in range(most)]
    return float(sacrebleu.corpus_bleu(hypotheses, streams, lowercase=True).score)


def main(rounds: int, steps: int, precisions: Sequence[Precision]) -> None:
    """Print a line for each side."""
    if "FUNCGEN_DATA" not in os.environ:
        print("the race to a BLEU of 65 is run on E2E: FUNCGEN_DATA must name the folder of data sets that has it")
        return
    os.environ |= {"OMP_NUM_THREADS": "1", "FUNCGEN_DATA": str(Path(os.environ["FUNCGEN_DATA"]).resolve())}
    found: dict[str, list[tuple[float, float]]] = {f"{side}, {precision}": [] for side in ("ours", "theirs") for precision in precisions}
    for _ in range(rounds):
        for precision in precisions:
            with tempfile.TemporaryDirectory() as folder:
                found[f"ours, {precision}"].append(ours(Path(folder) / "project", steps, precision))
                found[f"theirs, {precision}"].append(theirs(Path(folder), steps, precision))
    least = min(statistics.median(cpu for cpu, _ in found[f"ours, {precision}"]) for precision in precisions)
    print(f"E2E, a GPT of {SIZES}, {steps} steps of 64, beam {BEAM}, one thread, {rounds} rounds; BLEU of test, {GOAL:.0f} is the goal")
    for side, several in found.items():
        seconds = statistics.median(cpu for cpu, _ in several)
        scores = ", ".join(f"{score:.2f}" for _, score in several)
        print(f"  {side}: {seconds:.0f} CPU seconds, {seconds / least:.2f} times ours at its best; BLEU {scores}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=1, help="how often both run; once if not given")
    parser.add_argument("--steps", type=int, default=1200, help="of the trainings; 1,200 if not given")
    parser.add_argument(
        "--precisions", nargs="+", choices=PRECISIONS, default=["float32"], help="number formats; bfloat16 where a processor has it"
    )
    parser.add_argument("--theirs", choices=PRECISIONS, help="be the script, in this number format")
    parser.add_argument("--into", type=Path, help="where the script writes its BLEU")
    arguments = parser.parse_args()
    if arguments.theirs:
        arguments.into.write_text(str(script(arguments.steps, arguments.theirs)), "utf-8")
    else:
        main(arguments.rounds, arguments.steps, arguments.precisions)
