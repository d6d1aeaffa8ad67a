"""What stage tokenize writes: sequences with and without the texts themselves, a vocabulary with and without plain text."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from funcgen import params
from funcgen.artifacts import EXAMPLES, METRICS, SPLITS, TOKENIZER, TOKENS, TOKENS_SCHEMA, WHOLE_TEXTS, Split, read_json
from funcgen.storage.examples import write_examples
from funcgen.storage.tables import read_parquet
from funcgen.tokens.tokenization import Codec
from stages.tokenize import work
from tests.cafes import corpus
from tests.expressions.calls import example
from tests.silent import SILENT

TEXT = Path("params.yaml").read_text("utf-8").replace("name: direct", "name: template")


def tokenized(text: str, folder: Path) -> dict[str, dict[str, float]]:
    """Run the stage; its metrics."""
    (folder / "params.yaml").write_text(text, "utf-8")
    work(params.load(folder / "params.yaml"), SILENT)
    metrics: dict[str, dict[str, float]] = read_json(METRICS / "tokenize.json")
    return metrics


def written(folder: Path, split: Split) -> list[tuple[str, str]]:
    """Sequences as prompts and completions."""
    codec = Codec.load(TOKENIZER)
    rows = read_parquet(folder / f"{split}.parquet", TOKENS_SCHEMA)
    pairs = [(row["input_ids"][: row["prompt_length"]], row["input_ids"][row["prompt_length"] :]) for row in rows]
    return [(codec.decode(prompt[1:-1]), codec.decode(completion)) for prompt, completion in pairs]


def test_texts_are_written_beside_the_expressions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    silent = replace(corpus(1)[0], target="It is closed.")  # says none of its arguments: a text without an expression
    examples = [replace(example, id=f"{index:016x}") for index, example in enumerate([*corpus(60), silent])]
    for split in SPLITS:
        write_examples(EXAMPLES / f"{split}.parquet", examples)
    without = tokenized(TEXT, tmp_path)
    expressions = written(TOKENS, "train")
    assert not WHOLE_TEXTS.exists()
    both = tokenized(TEXT.replace("whole_texts: false", "whole_texts: true"), tmp_path)
    assert written(TOKENS, "train") == expressions
    for split in ("train", "validation"):
        assert written(WHOLE_TEXTS, split) == [(example.source, example.target) for example in examples]
        assert both[split]["coverage"] == without[split]["coverage"] < 1
        assert both[split]["text_coverage"] == 1
        assert both[split]["text_sequences"] == len(examples)
    assert not any(name.startswith("text_") for name in without["train"])
    for split in SPLITS:
        assert both[split]["text_prompts_truncated"] == 0


def test_the_vocabulary_knows_the_words_of_plain_text_if_it_is_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 100 lines with one word that no example has, the word becomes a token, and otherwise it falls into pieces."""
    monkeypatch.chdir(tmp_path)
    for split in SPLITS:
        write_examples(EXAMPLES / f"{split}.parquet", [replace(one, id=f"{index:016x}") for index, one in enumerate(corpus(60))])
    file = Path("data/raw/words.txt")
    file.parent.mkdir()
    file.write_text("quxwatzl\n" * 100)
    text = TEXT.replace("files: []  ", "files: [data/raw/words.txt]  ")
    lengths = []
    for changed in (text, text.replace("plain_text: false", "plain_text: true")):
        tokenized(changed, tmp_path)
        lengths.append(len(Codec.load(TOKENIZER).texts(["quxwatzl"])[0]))
    assert lengths[0] > lengths[1] == 1


def test_augmented_calls_are_learned_beside_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In training alone, and none that validation or test asks about."""
    monkeypatch.chdir(tmp_path)
    names = ("Zoë", "Mara Lindt", "Kit & Co")
    examples = [replace(example(f"play {name}", f'play(artist="{name}")'), id=f"{index:016x}") for index, name in enumerate(names)]
    asked = [example("stop Mara Lindt", 'stop(artist="Mara Lindt")')]
    other = replace(example("stop Zoë", 'stop(artist="Zoë")'), id="f" * 16)
    for split, found in (("train", [*examples, other]), ("validation", asked), ("test", asked)):
        write_examples(EXAMPLES / f"{split}.parquet", found)
    calls = TEXT.replace("name: template", "name: call").replace("name: assistant\n", "name: requests\n")
    before = tokenized(calls, tmp_path)
    shown = written(TOKENS, "train")
    after = tokenized(calls.replace("copies: 0 ", "copies: 30 "), tmp_path)
    prompts = [prompt for prompt, _ in written(TOKENS, "train")]
    assert prompts[: len(shown)] == [prompt for prompt, _ in shown]
    assert set(prompts) == {*(f" play {name}" for name in names), " stop Zoë", " stop Kit & Co"}
    assert after["train"]["sequences"] == len(prompts) > before["train"]["sequences"] == 4
    assert after["validation"] == before["validation"]
    assert "augmented_too_long" not in before["train"]
    assert after["train"]["augmented_too_long"] == 0


def test_what_augmentation_makes_too_long_is_left_out_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody wrote it, so nobody is told to write less."""
    monkeypatch.chdir(tmp_path)
    long = "the Q X Z J Y Q"
    examples = [example("play Zoë", 'play(artist="Zoë")'), example("a song by Zoë for me now", 'play(artist="Zoë")')]
    examples.append(example(f"play {long}", f'play(artist="{long}")'))
    train = [replace(one, id=f"{index:016x}") for index, one in enumerate(examples)]
    for split in SPLITS:
        write_examples(EXAMPLES / f"{split}.parquet", train if split == "train" else [example("play Mara", 'play(artist="Mara")')])
    calls = (
        TEXT.replace("name: template", "name: call").replace("name: assistant\n", "name: requests\n").replace("copies: 0 ", "copies: 30 ")
    )
    free = tokenized(calls, tmp_path)
    longest = max(len(Codec.load(TOKENIZER).prompts([f" {one.source}"])[0]) for one in examples)
    assert free["train"]["augmented_too_long"] == 0
    assert free["train"]["prompt_length_max"] > longest
    found = tokenized(re.sub(r"max_prompt_length: \d+", f"max_prompt_length: {longest}", calls), tmp_path)
    assert found["train"]["augmented_too_long"] == free["train"]["sequences"] - found["train"]["sequences"] > 0
    assert found["train"]["prompt_length_max"] == longest
    assert found["train"]["coverage"] == 1.0
