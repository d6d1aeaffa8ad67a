"""Texts a second, greedy and by a beam of 5, of a GPT of 2 million parameters: ours, transformers' `generate`, and CTranslate2.

`python bench/generation.py` writes for E2E's 630 test inputs where FUNCGEN_DATA has them, else for the assistant's. The weights are from a
seed, or with --checkpoint those of a folder. Each side has the best of the batch sizes, found on some of the prompts.
"""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import torch

from bench.inputs import method, network, test_inputs
from bench.measuring import Side, Times, compare
from bench.peers import Ctranslate2, Transformers
from funcgen import checkpoints
from funcgen import params as parameters
from funcgen.generation import decoding
from funcgen.params import Params

LIMIT = 32
SIZES = (32, 128)
"""Of batches, that are tried."""
SPREAD = 0.3
"""Of weights from a seed: wide, so that tokens depend on those before."""

Prompts = list[list[int]]
Batched = Callable[[Prompts, int], list[list[int]]]
"""From prompts and a batch size their completions."""


def at_its_best(batched: Batched, prompts: Prompts) -> Side:
    """The work with the batch size that takes the least time; the second trial counts, which is warm."""
    few = prompts[:: len(prompts) // max(SIZES)]
    times = {}
    for size in SIZES:
        timing = Times()
        for _ in range(2):
            timing.add(partial(batched, few, size))
        times[size] = timing.cpu[-1]
    return partial(batched, prompts, min(SIZES, key=times.__getitem__))


def sides(checkpoint: Path | None, beam: int, folder: Path, params: Params) -> tuple[str, dict[str, Side]]:
    """The name of the data, and who writes."""
    data, examples = test_inputs()
    texts = [example.source for example in examples]
    if checkpoint is None:
        model, codec = network([text for example in examples for text in (example.source, example.target)], params, SPREAD)
    else:
        model, codec = checkpoints.load(checkpoint, torch.device("cpu"))
    prompts = codec.prompts(texts, codec.vocabulary.max_length - LIMIT)
    name = "greedy" if beam == 1 else "beam"

    def ours(prompts: Prompts, size: int) -> list[list[int]]:
        found = decoding.decode(model, prompts, method(params, name, max(beam, 2), LIMIT, size), codec.vocabulary)
        return [list(one.sequence.input_ids[one.sequence.prompt_length :]) for (one,) in found]

    peers: dict[str, Batched] = {"ours": ours, "transformers": Transformers(model, codec, beam, LIMIT)}
    for kind in ("float32", "int8"):
        peers[f"ctranslate2 {kind}"] = partial(Ctranslate2(model, codec, folder, kind), beam=beam, limit=LIMIT)
    return data, {name: at_its_best(batched, prompts) for name, batched in peers.items()}


def main(beams: Sequence[int], rounds: int, checkpoint: Path | None) -> None:
    """Print a table for each method."""
    torch.set_num_threads(1)
    params = parameters.load()
    for beam in beams:
        with tempfile.TemporaryDirectory() as folder:
            data, found = sides(checkpoint, beam, Path(folder), params)
            compare(f"{data}, {'greedy' if beam == 1 else f'beam {beam}'}, {LIMIT} tokens at most", found, rounds)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--beams", type=int, nargs="+", default=[1, 5], help="sizes of beams, 1 is greedy; 1 and 5 if not given")
    parser.add_argument("--rounds", type=int, default=3, help="how often each side is timed; 3 if not given")
    parser.add_argument("--checkpoint", type=Path, help="a folder with a GPT-2 and its tokenizer")
    arguments = parser.parse_args()
    main(arguments.beams, arguments.rounds, arguments.checkpoint)
