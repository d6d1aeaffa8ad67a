"""The written form of a template.

    template  = { literal | reference } ;
    literal   = character - ( "{" | "}" ) | "{(}" | "{)}" ;          (* the last two stand for a brace *)
    reference = "{" name [ ":" form | "=" phrase ] "}" ;
    name, form, phrase = quoted, quoted, quoted ;                    (* "{", "}", ":", "=", "%" and control characters as "%" and two
                                                                        hexadecimal digits for each byte of their UTF-8; so a name that
                                                                        is "(" or ")"; an empty name as "%" *)

A reference shows the argument of that name: its value as it is, in a form (`{time:12h}`), or by a phrase that says the value in other words
(`{familyFriendly=kid friendly}`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from funcgen.errors import ExpressionError

BRACES = {"{(}": "{", "{)}": "}"}
ESCAPES = {brace: escape for escape, brace in BRACES.items()}
LENGTH_LIMIT = 100_000
"""Characters of an expression."""

PART = re.compile(r"\{(?P<brace>[()])\}|\{(?P<name>[^{}:=]+)(?:(?P<kind>[:=])(?P<rest>[^{}:=]*))?\}|(?P<literal>[^{}]+)|(?P<stray>[{}])")
MEANING = re.compile(r"[{}:=%\x00-\x1f\x7f-\x9f]|^[()]\Z")
QUOTED_BYTES = re.compile(r"(?:%[0-9A-F]{2})+")
EMPTY = "%"


@dataclass(frozen=True, slots=True)
class Reference:
    """The place of an argument: its value in `form` ("" as it is), or said by `phrase`."""

    name: str
    form: str = ""
    phrase: str | None = None

    def __str__(self) -> str:
        if self.phrase is not None:
            return f"{{{quote(self.name)}={quote(self.phrase)}}}"
        return f"{{{quote(self.name)}:{quote(self.form)}}}" if self.form else f"{{{quote(self.name)}}}"


written = lru_cache(maxsize=2**14)(str)
"""A reference as a template writes it."""
Template = Sequence[str | Reference]
"""Literal texts and references in their order."""


def references(template: Template) -> Iterator[Reference]:
    """The references of a template, in order."""
    return (part for part in template if isinstance(part, Reference))


def quote(text: str) -> str:
    """`text` without the characters that have a meaning inside a reference."""
    return MEANING.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), text) if text else EMPTY


def unquote(text: str) -> str:
    """What `quote` made `text` of; raises ExpressionError where it made nothing such."""

    def decoded(match: re.Match[str]) -> str:
        try:
            return bytes.fromhex(match[0].replace("%", "")).decode()
        except UnicodeDecodeError as error:
            raise ExpressionError(f"{match[0][:80]} inside a reference is no character") from error

    found = "" if text == EMPTY else QUOTED_BYTES.sub(decoded, text)
    if quote(found) != text:
        raise ExpressionError(f"{text[:80]!r} inside a reference is not quoted as it must be")
    return found


def show(template: Template) -> str:
    """The written form."""
    return "".join(written(part) if isinstance(part, Reference) else escape(part) for part in template)


def escape(literal: str) -> str:
    """A literal text as a template writes it."""
    return re.sub(r"[{}]", lambda match: ESCAPES[match[0]], literal)


def parse(text: str) -> Template:
    """The template that `text` writes, literals as long as they can be; raises ExpressionError."""
    if len(text) > LENGTH_LIMIT:
        raise ExpressionError(f"the template has {len(text)} characters; {LENGTH_LIMIT} are allowed")
    parts: list[str | Reference] = []
    for literal, group in groupby(read(text), key=lambda part: isinstance(part, str)):
        pieces = list(group)
        parts += ["".join(map(str, pieces))] if literal else pieces
    return parts


def read(text: str) -> Iterator[str | Reference]:
    """The pieces of a template, literals in pieces."""
    for match in PART.finditer(text):
        if match["stray"]:
            raise ExpressionError(f"a brace at character {match.start()} belongs to no reference; a brace itself is written {{(}} or {{)}}")
        if match["literal"] or match["brace"]:
            yield match["literal"] or BRACES[match[0]]
            continue
        name, rest = unquote(match["name"]), unquote(match["rest"] or EMPTY)
        if match["kind"] and not rest:
            raise ExpressionError(f"{match[0][:80]} names no form or phrase behind its {match['kind']}")
        yield Reference(name, phrase=rest) if match["kind"] == "=" else Reference(name, rest)
