"""Rules files: what they hold, and that each mistake is named with its place, all at once."""

from pathlib import Path

import pytest

from funcgen.errors import DataError
from funcgen.rules import FOLDER, names
from funcgen.rules.files import load
from tests.hostile import HUGE

GOOD = """
sentences = ["{name} is {food:a} place."]

[functions]
lock_door = ["The {door} is {state:now}."]

[wordings.state]
now = { locked = "locked now" }
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_rules_that_there_are() -> None:
    assert names() == ["assistant", "e2e"]
    for name in names():
        assert load(FOLDER / f"{name}.toml").sentences


def test_sentences_by_function(tmp_path: Path) -> None:
    rules = load(written(tmp_path, GOOD))
    assert [sentence.text for sentence in rules.of("lock_door")] == ["The {door} is {state:now}."]
    assert [sentence.text for sentence in rules.of("open_door")] == ["{name} is {food:a} place."] == [one.text for one in rules.of(None)]
    assert rules.wordings == {"state": {"now": {"locked": "locked now"}}}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{name} is", "{name is", 'mine.toml:2: sentences.0: "{name is {food:a} place.": a brace at character 0'),
        (
            "{state:now}",
            "{state:then}",
            'mine.toml:5: functions.lock_door.0: "The {door} is {state:then}.": {state:then} has no',
        ),
        ("{food:a}", "{food:plural dish}", "{food:plural dish} has no form 'plural dish'; allowed: capital, title, "),
        ("{food:a}", "{food:words plural}", "has no form 'words plural'"),
        ("{food:a}", "{food:zh.upper}", "has no form 'zh.upper'"),
        ("{state:now}", "{state}", "mine.toml: wordings.state.now is used by no sentence; write {state:now} where"),
        ('"locked now"', '" "', "mine.toml: wordings.state.now says nothing for 'locked'"),
        ('["The {door} is {state:now}."]', "[]", "mine.toml: functions.lock_door has no sentence"),
        ('["The {door} is {state:now}."]', '"The {door} is {state:now}."', "mine.toml: functions.lock_door: Input should be a valid"),
        ("sentences", "sentence", "mine.toml: sentence: Unexpected keyword argument"),
        ("[functions]", "[functions", "mine.toml: is not TOML that can be read"),
    ],
)
def test_what_is_refused(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in GOOD
    with pytest.raises(DataError) as error:
        load(written(tmp_path, GOOD.replace(old, new)))
    assert message in str(error.value)


@pytest.mark.parametrize("form", ["", ":capital", ":plural", ":plural dish/dishes", ":12h", ":count plural dish/dishes", ":zh.12h"])
def test_forms_of_templates_are_allowed(form: str, tmp_path: Path) -> None:
    new = f"{{food{form}}}"
    assert new in load(written(tmp_path, GOOD.replace("{food:a}", new))).of(None)[0].text


def test_all_problems_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        load(written(tmp_path, GOOD.replace("{name}", "{name=x}").replace("{state:now}", "[{state}").replace(" now", " ")))
    assert [line.rpartition("/")[2].split(" ")[0] for line in str(error.value).splitlines()] == [
        "mine.toml:2:",
        "mine.toml:5:",
        "mine.toml:",
    ]


@pytest.mark.parametrize("text", ["", "# nothing\n", "sentences = []\n", "[functions]\n[wordings]\n"])
def test_an_empty_file_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"mine\.toml: the file holds no sentence; give sentences or functions"):
        load(written(tmp_path, text))


@pytest.mark.parametrize("text", [*HUGE.values(), "sentences = [2026-03-14, inf]", "a = " + "[" * 10_000], ids=[*HUGE, "date", "nested"])
def test_what_is_no_rules_file_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="mine"):
        load(written(tmp_path, text))


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read: No such file"):
        load(tmp_path / "mine.toml")
    (tmp_path / "mine.toml").write_bytes(b"\xff")
    with pytest.raises(DataError, match="is not TOML that can be read"):
        load(tmp_path / "mine.toml")
