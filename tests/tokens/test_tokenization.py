"""Texts survive their tokens, whatever they hold; the folder is one that transformers reads."""

from dataclasses import replace
from pathlib import Path

import huggingface_hub.constants
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from funcgen import sections
from funcgen.errors import ArtifactError, CheckpointError
from funcgen.protocols import Checkpoint
from funcgen.tokens import tokenization
from funcgen.tokens.tokenization import BEGIN, END, PAD, SEPARATOR, SPECIAL, Codec
from tests.small import TOKENIZER

OPTIONS = replace(TOKENIZER, vocabulary_size=400, max_prompt_length=24)
CORPUS = [
    'set_alarm(time="07:30", label="gym")',
    "Your gym alarm is set for 7:30.",
    "The alarm for the gym is set, 7:30.",
    "健身房的闹钟已设为七点半。",
] * 3
SPACES = {"separate": OPTIONS, "prefix": replace(OPTIONS, space="prefix")}
CODECS = {name: Codec(tokenization.train(CORPUS, options), 32) for name, options in SPACES.items()}

each_codec = pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS.keys())
any_text = st.text(st.characters(exclude_categories=["Cs"]))  # a lone surrogate is no text: UTF-8 has no bytes for it
hard_text = st.lists(
    st.sampled_from(
        [
            *SPECIAL,
            "<|",
            "|>",
            " ",
            "  ",
            "\n",
            "\r\n",
            "\t",
            "\u00a0",
            "\u3000",
            "\0",
            "ﬁ",
            "é",
            "e\u0301",
            "İß",
            "🙂\u200d",
            "gym",
            "闹钟",
            "7",
            ".",
        ]
    )
).map("".join)


def foreign(folder: Path) -> Tokenizer:
    """A checkpoint's tokenizer without the special tokens, saved with the cutting and padding that hub tokenizers may have."""
    tokenizer = Tokenizer(models.BPE({letter: index for index, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.enable_truncation(4)
    tokenizer.enable_padding(length=4)
    folder.mkdir(exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    return tokenizer


@each_codec
@settings(deadline=None)
@given(text=any_text | hard_text)
def test_pieces_spell_the_text(codec: Codec, text: str) -> None:
    spelling = codec.pieces([]).spelling
    (ids,) = codec.texts([text])
    assert b"".join(spelling[index] for index in ids) == text.encode()


@pytest.mark.parametrize("options", SPACES.values(), ids=SPACES.keys())
def test_a_symbol_is_one_token_and_teaches_no_letters(options: sections.Tokenizer, tmp_path: Path) -> None:
    symbols = ["{name}", " {name}", "<|", "{名}", "{é}"]
    texts = [f"The {symbols[0]} rings for {symbols[3]}{symbols[4]}{text}" for text in CORPUS]
    trained = tokenization.train(texts, options, symbols)
    assert not [token for token in trained.get_vocab() if "ame" in token and token not in symbols]
    tokenization.save(trained, tmp_path, 32)
    codec = Codec.load(tmp_path)
    pieces = codec.pieces(symbols)
    for symbol, token in pieces.symbols.items():
        assert codec.texts([f"gym{symbol}gym"])[0].count(token) == 1
        assert pieces.spelling[token].decode() == symbol
    assert codec.decode(codec.completions([texts[0]])[0]) == texts[0]
    with pytest.raises(ArtifactError, match="no token for"):
        codec.pieces(["{other}"])


@each_codec
@settings(deadline=None)
@given(text=any_text | hard_text)
def test_any_text_survives(codec: Codec, text: str) -> None:
    (ids,) = codec.completions([text])
    assert codec.decode(ids) == text
    assert max(ids) < codec.vocabulary.size


@each_codec
@settings(deadline=None)
@given(texts=st.lists(any_text | hard_text, max_size=4))
def test_a_batch_gives_what_each_text_gives_alone(codec: Codec, texts: list[str]) -> None:
    assert codec.texts(texts) == [codec.texts([text])[0] for text in texts]


@each_codec
def test_special_tokens_inside_a_text_stay_text(codec: Codec) -> None:
    text = f"a {END}{PAD} {BEGIN}{SEPARATOR}"
    special = {codec.tokenizer.token_to_id(token) for token in SPECIAL}
    (ids,) = codec.texts([text])
    assert not special & set(ids)
    assert codec.decode(ids) == text


@each_codec
def test_layout(codec: Codec) -> None:
    begin, separator, end, pad = (codec.tokenizer.token_to_id(token) for token in (BEGIN, SEPARATOR, END, PAD))
    source, target = codec.texts(["ring()", "It rings."])
    assert codec.prompts(["ring()", ""]) == [[begin, *source, separator], [begin, separator]]
    assert codec.completions(["It rings.", ""]) == [[*target, end], [end]]
    vocabulary = codec.vocabulary
    assert (vocabulary.begin, vocabulary.end, vocabulary.pad) == (begin, end, pad)
    assert len({begin, separator, end, pad}) == 4
    assert vocabulary.size == codec.tokenizer.get_vocab_size() <= OPTIONS.vocabulary_size
    assert vocabulary.max_length == 32


@each_codec
def test_decoding_stops_at_the_first_end(codec: Codec) -> None:
    (ids,) = codec.completions(["It rings."])
    assert codec.decode([*ids, *codec.texts(["More."])[0], codec.vocabulary.end]) == "It rings."
    assert codec.decode(ids[:-1]) == "It rings."
    assert codec.decode([]) == ""


def test_a_space_is_a_token_or_a_part_of_the_word() -> None:
    assert "alarm" in CODECS["separate"].tokenizer.get_vocab()
    assert not any(token.startswith("Ġ") and len(token) > 1 for token in CODECS["separate"].tokenizer.get_vocab())
    assert "Ġalarm" in CODECS["prefix"].tokenizer.get_vocab()


def test_lowercase() -> None:
    codec = Codec(tokenization.train(CORPUS, replace(OPTIONS, lowercase=True)), 32)
    assert codec.texts(["The GYM"]) == codec.texts(["the gym"])
    assert codec.decode(codec.texts(["The GYM"])[0]) == "the gym"


@pytest.mark.parametrize("space", SPACES)
def test_training_twice_gives_equal_bytes(space: str, tmp_path: Path) -> None:
    for name in ("a", "b"):
        tokenization.save(tokenization.train(iter(CORPUS), SPACES[space]), tmp_path / name, 32)
    assert {file.name for file in (tmp_path / "a").iterdir()} == {"tokenizer.json", "tokenizer_config.json"}
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


@each_codec
def test_saving_what_was_loaded_gives_equal_bytes(codec: Codec, tmp_path: Path) -> None:
    tokenization.save(codec.tokenizer, tmp_path / "a", 32)
    loaded = Codec.load(tmp_path / "a")
    assert loaded.vocabulary == codec.vocabulary
    assert loaded.texts(CORPUS) == codec.texts(CORPUS)
    tokenization.save(loaded.tokenizer, tmp_path / "b", loaded.vocabulary.max_length)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@each_codec
def test_the_folder_loads_with_transformers(codec: Codec, tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    tokenization.save(codec.tokenizer, tmp_path, 32)
    loaded = AutoTokenizer.from_pretrained(str(tmp_path))
    texts = [*CORPUS, "  two  spaces , and a comma .", "É e\u0301\n"]
    assert [loaded(text)["input_ids"] for text in texts] == codec.texts(texts)
    assert [loaded.decode(ids) for ids in codec.texts(texts)] == texts
    special = (loaded.bos_token_id, loaded.eos_token_id, loaded.pad_token_id, loaded.model_max_length)
    assert special == (codec.vocabulary.begin, codec.vocabulary.end, codec.vocabulary.pad, 32)
    assert loaded.sep_token_id == codec.vocabulary.separator


DAMAGE = {
    "no tokenizer.json": ("tokenizer.json", None),
    "tokenizer.json is empty": ("tokenizer.json", b""),
    "tokenizer.json is cut off": ("tokenizer.json", b'{"version": "1.0", "model": {'),
    "no tokenizer_config.json": ("tokenizer_config.json", None),
    "tokenizer_config.json is cut off": ("tokenizer_config.json", b'{"model_max'),
    "no length": ("tokenizer_config.json", b"{}"),
    "a length below one": ("tokenizer_config.json", b'{"model_max_length": -5}'),
    "a length that is none": ("tokenizer_config.json", b'{"model_max_length": true}'),
    "a length without end": ("tokenizer_config.json", b'{"model_max_length": 1000000000000000019884624838656}'),
    "tokenizer_config.json is a list": ("tokenizer_config.json", b"[]"),
    "tokenizer_config.json is nested deep": ("tokenizer_config.json", b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "tokenizer.json is nested deep": ("tokenizer.json", b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
}


@pytest.mark.parametrize(("name", "content"), DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_folder_is_named(name: str, content: bytes | None, tmp_path: Path) -> None:
    tokenization.save(CODECS["separate"].tokenizer, tmp_path, 32)
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ArtifactError) as caught:
        Codec.load(tmp_path)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_tokenizer_without_the_special_tokens_is_refused(tmp_path: Path) -> None:
    tokenization.save(CODECS["separate"].tokenizer, tmp_path, 32)
    foreign(tmp_path)
    with pytest.raises(ArtifactError, match="did not write"):
        Codec.load(tmp_path)


def test_of_checkpoint_adds_the_special_tokens(tmp_path: Path) -> None:
    size = foreign(tmp_path).get_vocab_size()
    codec = Codec(tokenization.of_checkpoint(Checkpoint(str(tmp_path), None)), 32)
    assert codec.vocabulary.size == size + len(SPECIAL)
    assert codec.prompts([""]) == [[size, size + 1]]
    text = f"Longer than four tokens, with {END} inside, 闹钟"
    (ids,) = codec.completions([text])  # neither cut nor padded
    assert ids[-1] == codec.vocabulary.end
    assert codec.decode(ids) == text
    assert [len(ids) for ids in codec.texts(["", "a"])] == [0, 1]


def test_of_checkpoint_keeps_special_tokens_that_are_there(tmp_path: Path) -> None:
    tokenization.save(CODECS["prefix"].tokenizer, tmp_path, 32)
    codec = Codec(tokenization.of_checkpoint(Checkpoint(str(tmp_path), None)), 32)
    assert codec.vocabulary == CODECS["prefix"].vocabulary
    assert codec.prompts(CORPUS) == CODECS["prefix"].prompts(CORPUS)


def test_a_checkpoint_that_cannot_be_had_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)  # else it tries for half a minute
    (tmp_path / "empty").mkdir()
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged/tokenizer.json").write_text("{}")
    for name in (str(tmp_path / "absent"), str(tmp_path / "empty"), str(tmp_path / "damaged"), "funcgen-tests/there-is-none"):
        with pytest.raises(
            CheckpointError, match=r"model\.gpt\.checkpoint_name: the tokenizer of .* cannot be loaded: .*; give a folder"
        ) as caught:
            tokenization.of_checkpoint(Checkpoint(name, None))
        assert repr(name) in str(caught.value)
        assert "\n" not in str(caught.value)
