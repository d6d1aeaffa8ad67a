"""Any content of params.yaml is taken, or refused in a sentence: what takes memory or time without end, odd keys, tags, encodings."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funcgen import params
from funcgen.errors import ParameterError
from funcgen.sections import yaml_text
from tests.test_params import TEXT, load

FILES = "files: []                 # plain"
LAUGHS = "".join(f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True))
NASTY = {
    "aliases of aliases": (TEXT + "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + LAUGHS, "stands for more than 100,000 values"),
    "what holds itself": (TEXT.replace("compute:\n", "compute: &c\n  <<: *c\n"), "is not YAML"),
    "nested in lists": (TEXT.replace(FILES, f"files: {'[' * 200}{']' * 200} # plain"), "is nested more than 50 deep"),
    "nested in lists that are open": ("[" * 1000, "is nested more than 50 deep"),
    "nested in mappings": ("{a: " * 1000 + "}" * 1000, "is nested more than 50 deep"),
    "nested by indentation": (TEXT + "".join(" " * depth + "k:\n" for depth in range(300)), "is nested more than 50 deep"),
    "ten megabytes": (TEXT + "# " + "x" * 10_000_000, "more than the 1,000,000 that are allowed"),
    "a tab": (TEXT.replace("  threads: 2", "\tthreads: 2"), "is not YAML"),
    "a NUL": (TEXT + "\0", "is not YAML: unacceptable character #x0000"),
    "a key that is a list": (TEXT.replace("compute:\n", "compute:\n  ? [a]\n  : 1\n"), "has a key that is no text: ('a',)"),
    "a key that is a mapping": (TEXT + "? {a: b}\n: 1\n", "has a key that is no text"),
    "a key that is a number": (TEXT + "1: 1\n", "has a key that is no text: 1"),
    "a number of many digits": (TEXT.replace("threads: 2", f"threads: {'9' * 5000}"), "is not YAML: Exceeds the limit"),
    "a tag that is not true": (TEXT.replace("threads: 2", "threads: !!int x"), "is not YAML: invalid literal"),
    "code": (TEXT.replace("threads: 2", "threads: !!python/object/apply:os._exit [3]"), "compute.threads is [3]: must be an integer"),
    "a date": (TEXT.replace("threads: 2", "threads: 2026-11-11"), 'compute.threads is "2026-11-11": must be an integer'),
    "an infinite number": (TEXT.replace("learning_rate: 0.004", "learning_rate: 1e999"), "holds a number that is not finite"),
    "half a character": (TEXT.replace("threads: 2", 'threads: "\\ud800"'), "params.yaml:"),
    "two documents": (TEXT + "---\na: 1\n", "is not YAML: expected a single document"),
    "another version of YAML": ("%YAML 9.9\n---\n" + TEXT, "is not YAML"),
}


@pytest.mark.parametrize(("text", "message"), NASTY.values(), ids=NASTY.keys())
@pytest.mark.parametrize("reading", [params.load, params.values])
def test_nasty_files_are_refused_in_a_sentence(reading: Callable[[Path], Any], text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(text, "utf-8")
    try:
        yaml_text.read(text, "rt")
    except ValueError:
        pass  # refused by both
    else:
        reading = params.load
    with pytest.raises(ParameterError) as caught:
        reading(path)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 2000


def test_texts_of_any_size_are_told_in_short(tmp_path: Path) -> None:
    for text in (TEXT.replace("threads: 2", f'threads: "{"x" * 900_000}"'), TEXT + "y" * 900_000 + ": 1\n"):
        with pytest.raises(ParameterError) as caught:
            load(text, tmp_path)
        assert len(str(caught.value)) < 2000
    with pytest.raises(ParameterError, match=r"\nand 50 more$") as caught:
        load(TEXT + "".join(f"key{number}: 1\n" for number in range(100)), tmp_path)
    assert len(str(caught.value).splitlines()) == params.PROBLEMS + 1


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-32", "shift-jis"])
def test_another_encoding_is_said(encoding: str, tmp_path: Path) -> None:
    sign = "é" if encoding != "shift-jis" else "日"
    (tmp_path / "params.yaml").write_bytes(f"# {sign}\n{TEXT}".encode(encoding, "replace"))
    with pytest.raises(ParameterError, match="is not YAML: 'utf-8' codec can't decode byte"):
        params.load(tmp_path / "params.yaml")


def leaves(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where the values of a tree are."""
    parts = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) and node else None
    return [path] if parts is None else [leaf for key, part in parts for leaf in leaves(part, (*path, key))]


PLAIN = json.loads(json.dumps(params.read_document(params.PATH).root))
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.sampled_from(leaves(PLAIN)), depth=st.integers(0, 3), value=anything)
def test_any_value_in_any_place_is_taken_or_refused(tmp_path: Path, place: tuple[Any, ...], depth: int, value: Any) -> None:
    """JSON is YAML; the place is that of a value, or of a block that holds it."""
    changed = json.loads(json.dumps(PLAIN))
    place, node = place[: max(1, len(place) - depth)], changed
    for key in place[:-1]:
        node = node[key]
    node[place[-1]] = value
    try:
        load(json.dumps(changed, indent=1), tmp_path)
    except ParameterError as error:
        said = str(error)
    else:
        said = ""
    assert all(line.startswith(f"{tmp_path}/params.yaml:") for line in said.split("\n") if line)
