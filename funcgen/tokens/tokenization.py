"""Text to tokens: a byte-level BPE (Sennrich et al. 2016; Radford et al. 2019) with begin, separator, end and pad.

    sequence = begin, source tokens, separator, expression tokens, end
               └────────── prompt ──────────┘  └──── completion ────┘

The folder it is kept in loads with `AutoTokenizer.from_pretrained` as well.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from funcgen import sections
from funcgen.artifacts import read_json, write_json, write_text
from funcgen.errors import ArtifactError, CheckpointError
from funcgen.grammar import Pieces
from funcgen.protocols import Checkpoint, Vocabulary

BEGIN, SEPARATOR, END, PAD = SPECIAL = ("<|begin|>", "<|separator|>", "<|end|>", "<|pad|>")
SPLIT = Regex(r"\s|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+")
"""Spaces, words, digits, and the rest: with the space a token of its own, a word is the same token after a quote and inside a text,
so that copying an argument is copying its tokens."""


def train(texts: Iterable[str], options: sections.Tokenizer, symbols: Sequence[str] = ()) -> Tokenizer:
    """A tokenizer of at most `vocabulary_size` tokens, the special ones first, learned from `texts` around the symbols; then `symbols`."""
    tokenizer = Tokenizer(models.BPE())
    if options.lowercase:
        tokenizer.normalizer = normalizers.Lowercase()
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=options.space == "prefix")
    split = pre_tokenizers.Split(SPLIT, behavior="isolated")
    tokenizer.pre_tokenizer = byte_level if options.space == "prefix" else pre_tokenizers.Sequence([split, byte_level])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=options.vocabulary_size,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(around(symbols, texts), trainer)
    add_symbols(tokenizer, symbols)
    return tokenizer


def around(symbols: Sequence[str], texts: Iterable[str]) -> Iterator[str]:
    """What of the texts is not a symbol."""
    longest_first = sorted(symbols, key=lambda symbol: (-len(symbol), symbol))
    pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")
    return (part for text in texts for part in pattern.split(text) if part)


def add_symbols(tokenizer: Tokenizer, symbols: Sequence[str]) -> None:
    """Make each symbol one token; unlike special tokens they are part of the text that tokens spell."""
    tokenizer.add_tokens([AddedToken(symbol, normalized=False) for symbol in symbols])


def of_checkpoint(checkpoint: Checkpoint, symbols: Sequence[str] = ()) -> Tokenizer:
    """The tokenizer of a checkpoint, the special tokens and symbols that it lacks added; raises CheckpointError."""
    name, revision = checkpoint.name, checkpoint.revision or "main"
    file = Path(name) / "tokenizer.json"
    try:
        tokenizer = Tokenizer.from_file(str(file)) if Path(name).is_dir() else Tokenizer.from_pretrained(name, revision=revision)
    except Exception as error:
        raise CheckpointError(
            f"model.gpt.checkpoint_name: the tokenizer of {name!r} cannot be loaded: {str(error).splitlines()[0]}; "
            "give a folder that holds tokenizer.json, a hub name that can be reached, or null to train from scratch"
        ) from error
    tokenizer.no_truncation()  # nor padding: a hub tokenizer may bring both, and would cut texts in silence
    tokenizer.no_padding()
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    add_symbols(tokenizer, symbols)
    return tokenizer


def save(tokenizer: Tokenizer, folder: Path, max_length: int) -> None:
    """Write the tokenizer and what transformers wants to know of it."""
    write_text(folder / "tokenizer.json", tokenizer.to_str(pretty=True))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": max_length,
        "clean_up_tokenization_spaces": False,
        "bos_token": BEGIN,
        "sep_token": SEPARATOR,
        "eos_token": END,
        "pad_token": PAD,
    }
    write_json(folder / "tokenizer_config.json", config)


def byte_letters() -> dict[str, int]:
    """The byte that each letter of the byte-level alphabet stands for: printable bytes stand for themselves, the others in order."""
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    own = {letter: ord(letter) for letter in alphabet if ord(letter) < 256}
    others = sorted(letter for letter in alphabet if ord(letter) >= 256)
    return own | dict(zip(others, sorted(set(range(256)) - set(own.values())), strict=True))


BYTES = byte_letters()


class Codec:
    """A tokenizer with the layout of a sequence: source and expression to token ids, and back."""

    def __init__(self, tokenizer: Tokenizer, max_length: int) -> None:
        tokenizer.encode_special_tokens = True  # "<|end|>" inside a text is text
        self.tokenizer = tokenizer
        self.added = {index: "" if token.special else token.content for index, token in tokenizer.get_added_tokens_decoder().items()}
        special = (tokenizer.get_vocab()[token] for token in SPECIAL)
        self.vocabulary = Vocabulary(tokenizer.get_vocab_size(), max_length, *special)

    @classmethod
    def load(cls, folder: Path) -> "Codec":
        """Read what `save` wrote; raises ArtifactError."""
        max_length = read_json(folder / "tokenizer_config.json").get("model_max_length")
        file = folder / "tokenizer.json"
        try:
            tokenizer = Tokenizer.from_file(str(file))
        except Exception as error:  # tokenizers raises no class of its own
            raise ArtifactError(f"{file}: cannot be read as a tokenizer: {error}; run `dvc repro` to make it again") from error
        if type(max_length) is not int or not 0 < max_length < 2**31 or not set(SPECIAL) <= set(tokenizer.get_vocab()):
            raise ArtifactError(f"{folder}: holds a tokenizer that funcgen did not write; run `dvc repro` to make it again")
        return cls(tokenizer, max_length)

    def pieces(self, symbols: Sequence[str]) -> Pieces:
        """What each token spells, and which tokens are `symbols`; raises ArtifactError where one is not there."""
        ids = self.tokenizer.get_vocab()
        if missing := [symbol for symbol in symbols if symbol not in ids]:
            raise ArtifactError(
                f"the tokenizer has no token for {missing[0]!r}, a symbol of the expression; run `dvc repro` to make it again"
            )
        spelling = [b""] * self.vocabulary.size
        for token, index in ids.items():
            added = self.added.get(index)
            spelling[index] = bytes(BYTES[letter] for letter in token) if added is None else added.encode()
        return Pieces(spelling, {symbol: ids[symbol] for symbol in symbols}, self.vocabulary.end)

    def texts(self, texts: list[str]) -> list[list[int]]:
        """Token ids of each text, without special tokens."""
        return [encoding.ids for encoding in self.tokenizer.encode_batch_fast(texts, add_special_tokens=False)]

    def prompts(self, sources: list[str], limit: int | None = None) -> list[list[int]]:
        """begin, source, separator; the source cut where that would be more than `limit` tokens."""
        room = None if limit is None else limit - 2
        return [[self.vocabulary.begin, *ids[:room], self.vocabulary.separator] for ids in self.texts(sources)]

    def completions(self, expressions: list[str]) -> list[list[int]]:
        """expression, end."""
        return [[*ids, self.vocabulary.end] for ids in self.texts(expressions)]

    def decode(self, completion: list[int]) -> str:
        """The expression that generated tokens spell, up to the first end.

        Symbols are put in here: the decoder would take letters that are in the byte-level alphabet, such as é, for bytes.
        """
        end = self.vocabulary.end
        kept = completion[: completion.index(end)] if end in completion else completion
        parts = groupby(kept, self.added.__contains__)
        return "".join("".join(map(self.added.__getitem__, ids)) if added else self.tokenizer.decode(list(ids)) for added, ids in parts)
