"""Rules files: TOML that holds sentences, and wordings of values that no form of templates gives.

[functions]                                    # the sentences for the calls of a function, in the order in which they are tried
lock_door = ["The {door} is {state:now}."]

sentences = ["{name} is {food:a} place."]      # those for all other inputs; above the first table

[wordings.state]                               # forms of one's own: what is said for each value of an argument
now = { locked = "locked now", unlocked = "open now" }
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from funcgen.corpora.forms import split_form
from funcgen.errors import DataError, ExpressionError
from funcgen.rules.sentences import Sentence, read
from funcgen.templates.surfaces import FORMS_OF_KIND, FORMS_OF_LIST, FORMS_OF_TEXT, NOUNS
from funcgen.templates.syntax import Reference

Wordings = Mapping[str, Mapping[str, Mapping[str, str]]]
"""By argument, form and value: what is said."""
OF_KIND = tuple(form for forms in FORMS_OF_KIND.values() for form in forms)
FORMS = tuple(dict.fromkeys(filter(None, (*FORMS_OF_TEXT, *OF_KIND, *FORMS_OF_LIST))))
COUNTING = ("plural", "words plural", "count plural")
"""Forms that are followed by a noun's two forms."""


@dataclass(frozen=True)
class RulesFile:
    """The layout of a rules file."""

    sentences: list[str] = field(default_factory=list)
    functions: dict[str, list[str]] = field(default_factory=dict)
    wordings: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Rules:
    """Sentences by function, "" for inputs that are no call of one of the others, and wordings."""

    sentences: Mapping[str, tuple[Sentence, ...]]
    wordings: Wordings

    def of(self, function: str | None) -> tuple[Sentence, ...]:
        """The sentences for a function, or for an input that is no call."""
        return self.sentences.get(function or "", self.sentences[""])


def load(path: Path) -> Rules:
    """The rules of a file; raises DataError with a line for each problem: file, line where it is known, key, what is wrong."""
    try:
        text = path.read_text("utf-8")
        layout = TypeAdapter(RulesFile).validate_json(json.dumps(tomllib.loads(text), default=str), strict=True, extra="forbid")
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(f"{path}: is not TOML that can be read: {error}") from error
    except ValidationError as error:
        found = [f"{path}: {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        raise DataError("\n".join([*found, f"{path}: allowed: sentences, functions and wordings"])) from error
    sentences: dict[str, tuple[Sentence, ...]] = {}
    problems: list[Problem] = [] if layout.sentences or layout.functions else [(None, "", "holds no sentence; give sentences or functions")]
    for function, texts in {"": layout.sentences, **layout.functions}.items():
        key = f"functions.{function}" if function else "sentences"
        if function and not texts:
            problems.append((None, key, "has no sentence"))
        sentences[function] = tuple(sentence for at, one in enumerate(texts) for sentence in checked(one, f"{key}.{at}", layout, problems))
    problems += unused(layout.wordings, sentences)
    if problems:
        raise DataError("\n".join(located(path, text, *problem) for problem in problems))
    return Rules(sentences, layout.wordings)


Problem = tuple[str | None, str, str]
"""A text of the file by which its line can be found, the key, and what is wrong."""


def located(path: Path, content: str, text: str | None, key: str, message: str) -> str:
    """A problem as one line for a person."""
    lines = [number for number, line in enumerate(content.splitlines(), 1) if text and (text in line or json.dumps(text) in line)]
    where = f"{path}:{lines[0]}" if lines else str(path)
    if text is None:
        return f"{where}: {key or 'the file'} {message}"
    return f"{where}: {key}: {json.dumps(text, ensure_ascii=False)}: {message}"


def checked(text: str, key: str, layout: RulesFile, problems: list[Problem]) -> Iterator[Sentence]:
    """The sentence that `text` writes, if it is one; what is wrong with it is appended to `problems`."""
    try:
        sentence = read(text)
    except ExpressionError as error:
        problems.append((text, key, str(error)))
        return
    before = len(problems)
    for reference in sentence.references:
        own = layout.wordings.get(reference.name, {})
        if reference.form not in own and not is_form(reference.form):
            allowed = ", ".join((*own, *FORMS, *(f"{form} NOUN/NOUNS" for form in COUNTING)))
            problems.append((text, key, f"{reference} has no form {reference.form!r}; allowed: {allowed}"))
    if len(problems) == before:
        yield sentence


def is_form(form: str) -> bool:
    """Whether templates have this form."""
    name = form.removeprefix("zh.")
    base, nouns = split_form(name)
    if nouns:
        return base in COUNTING and NOUNS.fullmatch(nouns) is not None
    return not name or (name in OF_KIND if name != form else name in FORMS and name not in COUNTING[1:])


def unused(wordings: Wordings, sentences: Mapping[str, tuple[Sentence, ...]]) -> list[Problem]:
    """Wordings that no sentence uses or that say nothing."""
    used = {(reference.name, reference.form) for several in sentences.values() for one in several for reference in one.references}
    found: list[Problem] = []
    for name, forms in wordings.items():
        for form, texts in forms.items():
            key = f"wordings.{name}.{form}"
            if (name, form) not in used:
                found.append((None, key, f"is used by no sentence; write {Reference(name, form)} where it is to be said"))
            found += [(None, key, f"says nothing for {value!r}") for value, text in texts.items() if not text.strip()]
    return found
