"""What a grammar costs: CPU time a token, constrained against unconstrained, of a GPT of two layers of 64 that writes templates.

`python bench/constraints.py` trains the network on the assistant's templates for a few hundred steps, so that it writes what the grammar
allows most of the time, as networks do for which it is meant. The two sides take turns, on the inputs for which both write the same: where
a grammar has a text go on, what that costs is not the grammar's. Tokens are those of the completions.
"""

import argparse
import statistics
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import torch

from bench.inputs import INPUTS, block, method, silent
from bench.measuring import Times, peak
from funcgen import checkpoints
from funcgen import params as parameters
from funcgen.artifacts import Example
from funcgen.expressions import template
from funcgen.generation import decoding
from funcgen.models import gpt
from funcgen.optimizers import OPTIMIZERS
from funcgen.params import Params
from funcgen.tasks import assistant
from funcgen.tokens import tokenization
from funcgen.tokens.tokenization import Codec
from funcgen.training.loop import fit
from funcgen.training.packing import TokenSequence

PAIRS, LIMIT = 4000, 96
STUDENT: dict[str, Any] = {"n_layer": 2, "n_head": 4, "n_embd": 64}


def trained(params: Params, language: Any, examples: list[Example], steps: int) -> tuple[Any, Codec]:
    """A small network that has seen templates of the examples, and its tokenizer."""
    texts = [(language.prompt(one), expression) for one in examples if (expression := language.express(one)) is not None]
    learned = (text for pair in texts for text in pair)
    codec = Codec(tokenization.train(learned, replace(params.tokenizer, vocabulary_size=600), language.symbols), 256)
    torch.manual_seed(1)
    model = gpt.build(replace(block(gpt.Params, "model", "gpt"), **STUDENT), codec.vocabulary)
    prompts = codec.prompts([prompt for prompt, _ in texts])
    completions = codec.completions([expression for _, expression in texts])
    sequences = [TokenSequence([*prompt, *completion][:256], len(prompt)) for prompt, completion in zip(prompts, completions, strict=True)]
    budget = replace(params.train, max_steps=steps, validate_every=steps)
    optimizer = OPTIMIZERS["adamw"].build(params.optimizer.params, model)
    compute = replace(params.compute, threads=1)
    schedule = params.schedule
    fit(model, optimizer, sequences, sequences[:100], budget=budget, schedule=schedule, compute=compute, log=silent)
    return model, codec


def main(rounds: int, steps: int) -> None:
    """Print a line for each method."""
    torch.set_num_threads(1)
    params = parameters.load()
    read = assistant.read(replace(block(assistant.Params, "task", "assistant"), train_pairs=PAIRS))
    examples = [one for one in read if isinstance(one, Example)]
    train = [one for one in examples if one.split == "train"]
    inputs = list({one.source: one for one in examples if one.split == "test"}.values())[:INPUTS]
    chosen = block(template.Params, "expression", "template")
    language = template.language(chosen, template.learn(chosen, train))
    model, codec = trained(params, language, train, steps)
    prompts = codec.prompts([language.prompt(one) for one in inputs])
    grammars = language.grammars(codec.pieces(language.symbols))
    print(f"assistant, templates, {checkpoints.parameter_count(model)} parameters, {len(inputs)} texts, {rounds} rounds, one thread")
    for name, beam in (("greedy", 2), ("beam", 4)):
        options = method(params, name, beam, LIMIT, 128)

        def write(constrained: bool, chosen: Sequence[int], options: Any = options) -> list[list[int]]:
            own = [grammars(inputs[index]) for index in chosen] if constrained else None
            found = decoding.decode(model, [prompts[index] for index in chosen], options, codec.vocabulary, own)
            return [list(one.sequence.input_ids[one.sequence.prompt_length :]) for (one,) in found]

        both = zip(write(True, range(len(inputs))), write(False, range(len(inputs))), strict=True)
        equal = [index for index, (one, other) in enumerate(both) if one == other]
        times: dict[bool, list[float]] = {True: [], False: []}
        for number in range(rounds):
            for constrained in (True, False) if number % 2 else (False, True):
                timing = Times()
                written = timing.add(partial(write, constrained, equal))
                times[constrained].append(1e6 * timing.cpu[0] / sum(map(len, written)))
        ratio = statistics.median(ours / free for ours, free in zip(times[True], times[False], strict=True))
        print(
            f"  {name if name == 'greedy' else f'beam {beam}'}: {statistics.median(times[True]):.0f} us CPU a token constrained, "
            f"{statistics.median(times[False]):.0f} without: {ratio:.2f} times, of {len(equal)} equal texts; "
            f"{peak(partial(write, True, equal)):.0f} and {peak(partial(write, False, equal)):.0f} MB at most",
            flush=True,
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often each side is timed; 5 if not given")
    parser.add_argument("--steps", type=int, default=400, help="of training; 400 if not given")
    arguments = parser.parse_args()
    main(arguments.rounds, arguments.steps)
