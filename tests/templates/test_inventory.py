"""The lexicon as a file that a person may edit: what is wrong in it is refused by its place."""

import json
from dataclasses import asdict
from typing import Any

import pytest

from funcgen.errors import ArtifactError
from funcgen.templates.inventory import Argument, Lexicon, parse

LEXICON = Lexicon(
    arguments={"a": Argument(copied=True, uses=2, values=["x"])},
    phrases={"a": {"kid friendly": ["x"]}},
    references=["{a}", " {a=kid friendly}", "{%28:A}"],
)


def test_what_was_written_is_read() -> None:
    assert parse(json.loads(json.dumps(asdict(LEXICON)))) == LEXICON


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"references": ["{a}", "{a"]}, "references.1: .*no reference"),
        ({"references": ["a"]}, "references.0: .*'a' is no reference"),
        ({"references": ["  {a}"]}, "references.0"),
        ({"references": ["{a}{a}"]}, "references.0"),
        ({"references": ["{(}"]}, "references.0"),
        ({"references": [""]}, "references.0"),
        ({"references": "{a}"}, "references"),
        ({"phrases": {"a": {"x": "y"}}}, "phrases.a.x"),
        ({"arguments": {"a": {"copied": True, "uses": 0, "values": []}}}, "arguments.a.uses"),
        ({"arguments": {"a": {"copied": True, "uses": 1}}}, "arguments.a.values"),
        ({"more": 1}, "more"),
    ],
)
def test_what_is_wrong_is_refused(change: dict[str, Any], where: str) -> None:
    with pytest.raises(ArtifactError, match=rf"models/expression/inventory.json: {where}.*run `dvc repro`"):
        parse(asdict(LEXICON) | change)


def test_what_is_not_there_is_missed() -> None:
    with pytest.raises(ArtifactError, match="arguments: Field required"):
        parse({})
