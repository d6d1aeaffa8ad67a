"""What must be learned: a tiny GPT corrects by edit programs."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace

import torch
from transformers import PreTrainedModel

from funcgen import sections
from funcgen.artifacts import Example
from funcgen.computing.compute import prepare
from funcgen.expressions.edit import Params, language, learn
from funcgen.generation.decoding import decode
from funcgen.models import gpt
from funcgen.optimizers import adamw
from funcgen.tokens import tokenization
from funcgen.tokens.tokenization import Codec
from funcgen.training.loop import fit
from funcgen.training.packing import TokenSequence
from tests.generation.test_decoding import GREEDY, completion_of
from tests.small import FULL, TOKENIZER

COMPUTE = sections.Compute(processes=1, sharding="none", threads=1, device="cpu", precision="float32", numeric_mode="fast")
SCHEDULE = sections.Schedule(name="cosine", warmup_steps=20, warmup_share=0.0, final_share=0.05, decay_share=0.2)
OPTIONS = replace(TOKENIZER, space="prefix", max_prompt_length=32, max_completion_length=16)
WORDS = ["red", "green", "blue", "white", "black", "brown", "pink", "grey", "gold"]
CORRECTED = {"um": [], "uh": [], "gonna": ["going", "to"], "dunno": ["do", "not", "know"]}


def ignore(values: Mapping[str, float], step: int) -> None:
    """No tracking run here."""


def corrections(count: int, seed: int) -> Iterator[Example]:
    """Words among which one, or none, is to be left out or said in full."""
    source = random.Random(seed)
    for _ in range(count):
        words = source.choices(WORDS, k=source.randint(3, 7))
        if source.random() < 0.8:
            words.insert(source.randint(0, len(words)), source.choice(list(CORRECTED)))
        right = [part for word in words for part in CORRECTED.get(word, [word])]
        yield Example("train", "", " ".join(words), " ".join(right), "")


def trained(sequences: list[TokenSequence], codec: Codec) -> PreTrainedModel:
    """A GPT of 0.1 M parameters from scratch."""
    prepare(COMPUTE)
    torch.manual_seed(0)
    size = {"n_layer": 2, "n_head": 4, "n_embd": 64, "initializer_range": 0.08, "initial_positions": "random"}
    options = gpt.Params(checkpoint_name=None, revision=None, dropout=0.0, attention_dropout=0.0, **size)  # type: ignore[arg-type]
    model = gpt.build(options, codec.vocabulary)
    optimizer = adamw.build(adamw.Params(learning_rate=5e-3, betas=(0.9, 0.98), epsilon=1e-8, weight_decay=0.01), model)
    budget = sections.Train(250, 32, 1, gradient_clip=1.0, validate_every=125, label_smoothing=0.0, average=0.0, adaptation=FULL, seed=0)
    fit(model, optimizer, sequences[200:], sequences[:200], budget=budget, schedule=SCHEDULE, compute=COMPUTE, log=ignore)
    return model


def test_learns_to_correct() -> None:
    training, test = list(corrections(3000, 1)), list(corrections(200, 2))
    params = Params(vocabulary=20, phrase_words=3, positions=8, max_characters=100, mark_shared=False)
    edit = language(params, learn(params, training))
    prompts, expressions = [edit.prompt(each) for each in training], [edit.express(each) for each in training]
    written = [expression for expression in expressions if expression is not None]
    assert len(written) == len(training)
    codec = Codec(tokenization.train([*prompts, *written], OPTIONS, edit.symbols), 48)
    pairs = zip(codec.prompts(prompts), codec.completions(written), strict=True)
    model = trained([TokenSequence(prompt + completion, len(prompt)) for prompt, completion in pairs], codec)

    grammars = edit.grammars(codec.pieces(edit.symbols))
    assert grammars is not None
    found = decode(model, codec.prompts([edit.prompt(each) for each in test]), GREEDY, codec.vocabulary, list(map(grammars, test)))
    programs = [codec.decode(completion_of(candidate)) for (candidate,) in found]
    assert sum(edit.execute(program, each) == each.target for program, each in zip(programs, test, strict=True)) >= 180
