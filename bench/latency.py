"""How long one text takes in a warm process, p50 and p99, greedy, of a GPT of 2 million parameters: ours against transformers' `generate`.

`python bench/latency.py`; inputs and weights are as in bench/generation.py. The two sides take turns, prompt by prompt.
"""

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch

from bench.generation import LIMIT, SPREAD
from bench.inputs import method, network, test_inputs
from bench.measuring import Times
from bench.peers import Transformers
from funcgen import checkpoints
from funcgen import params as parameters
from funcgen.generation import decoding

WARM = 5
"""Prompts before the first that counts."""


def main(texts: int, checkpoint: Path | None) -> None:
    """Print a line for each side, and the ratios."""
    torch.set_num_threads(1)
    params = parameters.load()
    data, examples = test_inputs()
    if checkpoint is None:
        model, codec = network([text for example in examples for text in (example.source, example.target)], params, SPREAD)
    else:
        model, codec = checkpoints.load(checkpoint, torch.device("cpu"))
    prompts = codec.prompts([example.source for example in examples], codec.vocabulary.max_length - LIMIT)
    options, theirs = method(params, "greedy", 2, LIMIT, 1), Transformers(model, codec, 1, LIMIT)

    def ours(prompts: list[list[int]]) -> list[list[int]]:
        ((found,),) = decoding.decode(model, prompts, options, codec.vocabulary)
        return [list(found.sequence.input_ids[found.sequence.prompt_length :])]

    sides: dict[str, Callable[..., list[list[int]]]] = {"ours": ours, "transformers": partial(theirs, batch_size=1)}
    times = {name: Times() for name in sides}
    equal = 0
    for number in range(WARM + texts):
        prompt = [prompts[number % len(prompts)]]
        outputs = [times[name].add(partial(side, prompt)) for name, side in (sides.items() if number % 2 else [*sides.items()][::-1])]
        equal += outputs[0] == outputs[1]
    print(f"{data}, greedy, {LIMIT} tokens at most: {texts} texts one by one, {equal} of {WARM + texts} outputs equal, one thread")
    milliseconds = {name: (1000 * np.array(own.cpu[WARM:]), 1000 * np.array(own.wall[WARM:])) for name, own in times.items()}
    for name, (cpu, wall) in milliseconds.items():
        first, last = np.percentile(cpu, (50, 99)) / np.percentile(milliseconds["ours"][0], (50, 99))
        print(
            f"  {name}: p50 {np.percentile(cpu, 50):.1f} and p99 {np.percentile(cpu, 99):.1f} ms CPU, "
            f"p50 {np.percentile(wall, 50):.1f} and p99 {np.percentile(wall, 99):.1f} ms wall, "
            f"{first:.2f} and {last:.2f} times our CPU time"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--texts", type=int, default=100, help="how many are timed; 100 if not given")
    parser.add_argument("--checkpoint", type=Path, help="a folder with a GPT-2 and its tokenizer")
    arguments = parser.parse_args()
    main(arguments.texts, arguments.checkpoint)
