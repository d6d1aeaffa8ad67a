"""Plain text, read: documents for pretraining, and for a vocabulary that is to know their words.

What it is of, by the names of `pretrain.texts`:

    targets      what training's examples are to become
    sources      what they are made of, and the sources of those that ingest.train_share left out: text without labels
    wikitext2    paragraphs of Wikipedia (funcgen/raw/wikitext2.py)
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from funcgen.errors import DataError
from funcgen.raw import wikitext2
from funcgen.sections import PlainText
from funcgen.storage.examples import stored_examples, unlabelled_sources


def documents(texts: Sequence[PlainText], files: Sequence[str]) -> Iterator[str]:
    """The documents of `texts` and of `files`, one a line, blank lines left out; raises DataError and ArtifactError."""
    for text in texts:
        yield from READERS[text]()
    for name in files:
        try:
            for line in Path(name).read_text("utf-8-sig").splitlines():
                if line.strip():
                    yield line.strip()
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(f"pretrain.files: {name}: cannot be read as UTF-8 text: {error}") from error


def sources() -> Iterator[str]:
    """The sources of training's examples, each once, as those are given that were left out; a space before each, as prompts have it."""
    labelled = stored_examples("train").column("source")
    yield from (f" {source}" for source in dict.fromkeys((*labelled, *unlabelled_sources())))


def targets() -> Iterator[str]:
    """The targets of training's examples."""
    yield from stored_examples("train").column("target")


READERS: Mapping[PlainText, Callable[[], Iterator[str]]] = {"targets": targets, "sources": sources, "wikitext2": wikitext2.paragraphs}
