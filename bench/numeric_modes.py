"""On what the bytes of a training and of its texts depend, and what the numeric mode `strict` costs where they depend on less.

`python -m bench.numeric_modes` first sets one thing at a time and says which operations give other bytes than with nothing set on one
thread, and which families (tests/numeric.py). Then it trains and writes with each family as params.yaml has it, on E2E where FUNCGEN_DATA
has it, else on the assistant's pairs; the modes take turns. Every line is of processes of their own, as the variables are read once.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, cast

import numpy as np
import torch

from bench.inputs import block, examples, method, sequences_of, silent
from bench.measuring import Times
from funcgen import params as parameters
from funcgen.computing import kernels
from funcgen.computing.compute import prepare
from funcgen.generation.decoding import decode
from funcgen.models import MODELS
from funcgen.tokens import tokenization
from funcgen.tokens.tokenization import Codec
from funcgen.training.loop import fit

SETTINGS = ("threads=2",
            *(f"ATEN_CPU_CAPABILITY={name}" for name in ("avx2", "default")),
            *(f"MKL_CBWR={name}" for name in ("AUTO", "AVX2", "AVX2,STRICT", "AVX512", "AVX512,STRICT", "COMPATIBLE")),
            *(f"ONEDNN_MAX_CPU_ISA={name}" for name in ("AVX2", "SSE41")))  # fmt: skip
MODES = {"fast, 1 thread": ("fast", "1"), "fast, 2 threads": ("fast", "2"), "strict": ("strict", "1")}
PAIRS, PROMPTS, LIMIT = 4000, 64, 24


def cost(mode: kernels.Mode, threads: int, steps: int) -> dict[str, list[float]]:
    """For each family CPU and wall seconds of a training, and of texts written by beams."""
    found = parameters.load()
    compute = replace(found.compute, threads=threads, numeric_mode=mode)
    prepare(compute)
    texts = [(one.source, one.target) for one in examples("train")[1][:PAIRS]]
    codec = Codec(tokenization.train([text for pair in texts for text in pair], found.tokenizer), 192)
    pairs = sequences_of(codec, texts)
    prompts = [list(pair.input_ids[: pair.prompt_length]) for pair in pairs[:PROMPTS]]
    budget = replace(found.train, max_steps=steps, validate_every=steps)
    schedule = replace(found.schedule, warmup_steps=1)
    seconds = {}
    for name, family in MODELS.items():
        torch.manual_seed(1)
        model = family.build(block(family.Params, "model", name), codec.vocabulary)
        optimizer = found.optimizer.module.build(found.optimizer.params, model)
        timing = Times()
        options = method(found, "beam", 4, LIMIT, 32)
        timing.add(partial(fit, model, optimizer, pairs, pairs[:32], budget=budget, schedule=schedule, compute=compute, log=silent))
        timing.add(partial(decode, model, prompts, options, codec.vocabulary))
        seconds[name] = [*timing.cpu, *timing.wall]
    return seconds


def child(variables: Mapping[str, str], module: str, *arguments: str) -> dict[str, Any]:
    """What a module prints as JSON, in a process where nothing but `variables` chooses kernels."""
    kept = {name: value for name, value in os.environ.items() if name not in kernels.VARIABLES}
    done = subprocess.run([sys.executable, "-m", module, *arguments], env={**kept, **variables}, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, check=True)  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def bytes_of(setting: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Digests of operations and of families under a setting, such as NAME=value."""
    name, _, value = setting.partition("=")
    threads = value if name == "threads" else "1"
    variables = {name: value} if name in kernels.VARIABLES else {}
    return child(variables, "bench.operations", threads), child(variables, "tests.numeric", "fast", threads)


def dependence() -> None:
    """Print a line for each setting."""
    before = bytes_of("")
    mode = before[1].pop("mode")
    print(
        f"{mode['processor']}, {mode['instruction_set']}, float32; other bytes than with nothing set on one thread, of operations; families"
    )
    for setting in SETTINGS:
        now = bytes_of(setting)
        differ = [[name for name in then if found[name] != then[name]] for then, found in zip(before, now, strict=True)]
        print(f"  {setting}: {'; '.join(', '.join(names) or 'none' for names in differ)}", flush=True)


def price(rounds: int, steps: int) -> None:
    """Print a line for each mode and family."""
    seconds: dict[str, dict[str, list[list[float]]]] = {mode: {name: [] for name in MODELS} for mode in MODES}
    for number in range(rounds):
        for title in list(MODES)[:: 1 if number % 2 == 0 else -1]:
            mode, threads = MODES[title]
            variables = kernels.STRICT if mode == "strict" else {}
            for name, found in child(variables, "bench.numeric_modes", "--cost", mode, threads, "--steps", str(steps)).items():
                seconds[title][name].append(found)
    print(f"times the seconds of fast on one thread, median of {rounds} rounds (least to most); {steps} steps, {PROMPTS} texts")
    first = next(iter(seconds.values()))
    for title, families in seconds.items():
        for name, found in families.items():
            ratios = (np.array(found) / np.array(first[name])).T
            training, writing, training_wall, writing_wall = (f"{np.median(one):.2f} ({min(one):.2f} to {max(one):.2f})" for one in ratios)
            print(f"  {title}, {name}: training {training} CPU, {training_wall} wall; writing {writing} CPU, {writing_wall} wall")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3, help="how often each mode is timed; 3 if not given")
    parser.add_argument("--steps", type=int, default=24, help="of each training; 24 if not given")
    parser.add_argument("--price", action="store_true", help="the price alone")
    parser.add_argument("--cost", nargs=2, metavar=("MODE", "THREADS"), help="time one mode, once, as JSON")
    arguments = parser.parse_args()
    if arguments.cost:
        print(json.dumps(cost(cast(kernels.Mode, arguments.cost[0]), int(arguments.cost[1]), arguments.steps)))
    else:
        if not arguments.price:
            dependence()
        price(arguments.rounds, arguments.steps)
