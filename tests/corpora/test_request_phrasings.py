"""What users say: varied, each sentence leading back to one call, and wrong files refused."""

import itertools
import re
from pathlib import Path

import pytest

from funcgen.corpora import corpus
from funcgen.corpora.composition import domain, print_call
from funcgen.corpora.corpus import FOLDER, REQUESTS, Function, load_requests
from funcgen.corpora.forms import Language, show
from funcgen.corpora.pairs import Sample, compose
from funcgen.corpora.phrasing import Phrasing, Slot
from funcgen.errors import DataError
from tests.recognition import Recognizer

ALIKE = 0.6
"""The largest share of their literal words that two requests for one function may have in common."""
POLITE: dict[Language, tuple[str, ...]] = {"en": ("please", "thank", "could you", "would you"), "zh": ("请", "麻烦", "谢谢", "能不能")}


@pytest.fixture(scope="module", params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> Language:
    found: Language = request.param
    return found


@pytest.fixture(scope="module")
def functions(language: Language) -> list[Function]:
    return load_requests(language)


def slots(phrasing: Phrasing) -> list[Slot]:
    return [part for segment in phrasing.segments for part in segment.parts if isinstance(part, Slot)]


def fragments(phrasing: Phrasing, language: Language) -> set[str]:
    """The words of a phrasing but for its slots; in Chinese, which writes no spaces, pairs of characters."""
    literals = [part.lower() for segment in phrasing.segments for part in segment.parts if isinstance(part, str)]
    if language == "en":
        return {word for literal in literals for word in re.findall(r"[a-z']+", literal)}
    characters = [character for literal in literals for character in literal if character.isalnum()]
    return {first + second for first, second in itertools.pairwise(characters)}


def test_the_files_are_those_of_the_functions() -> None:
    assert sorted(path.name for path in REQUESTS.iterdir()) == sorted(path.name for path in FOLDER.glob("*.toml"))


def test_no_request_is_a_near_copy_of_another(functions: list[Function], language: Language) -> None:
    found = []
    for function in functions:
        for one, other in itertools.combinations(function.phrasings, 2):
            first, second = fragments(one, language), fragments(other, language)
            if len(first & second) > ALIKE * len(first | second):
                found.append((one.text, other.text))
    assert found == []


def test_requests_vary(functions: list[Function], language: Language) -> None:
    """Each function is asked for in questions and in statements, politely and not, and in sentences that begin differently."""
    for function in functions:
        texts = [phrasing.text.lower() for phrasing in function.phrasings]
        questions = [text for text in texts if "?" in text or "？" in text]
        polite = [text for text in texts if any(word in text for word in POLITE[language])]
        assert len(texts) > len(questions) >= (2 if language == "en" else 1), function.name
        assert len(texts) > len(polite) >= (2 if language == "en" else 1), function.name
        assert len({text[:6] for text in texts}) > 0.7 * len(texts), function.name


def test_every_form_leads_back_to_one_value(functions: list[Function], language: Language) -> None:
    """Also where a text or a form begins a sentence; a list has its plain form alone."""
    for function in functions:
        for slot in {slot for phrasing in function.phrasings for slot in slots(phrasing)}:
            values = domain(function.parameters[slot.name], function.values[slot.name])
            shown = {show(value, function.kinds[slot.name], slot.form, language).casefold() for value in values}
            assert len(shown) == len(values), (function.name, slot)
            assert function.kinds[slot.name] != "list" or not slot.form


def test_every_request_leads_back_to_its_call_alone(functions: list[Function], language: Language) -> None:
    """Of all that any of the functions could be asked for in any of the phrasings, with any value."""
    recognizer = Recognizer(functions, language)
    size = 33 * 4
    pairs = list(compose(functions, Sample(language, train_pairs=4 * size, pairs_per_call=2, evaluation_inputs=size, seed=5)))
    assert len(pairs) == 6 * size
    assert [(pair.text, found) for pair in pairs if (found := recognizer.calls(pair.text)) != {print_call(pair.function, pair.call)}] == []


def test_no_two_calls_are_asked_for_alike(functions: list[Function], language: Language) -> None:
    """In a sample of the default size, letters being equal whatever their case."""
    calls: dict[str, set[str]] = {}
    for pair in compose(functions, Sample(language, train_pairs=20_000, pairs_per_call=2, evaluation_inputs=600, seed=1)):
        calls.setdefault(pair.text.casefold(), set()).add(pair.printed)
    assert len(calls) > 20_000
    assert [text for text, meant in calls.items() if len(meant) > 1] == []


FUNCTION = """
description = "Set an alarm."
[parameters.time]
type = "time"
[en]
phrasings = ["The alarm rings at {time}."]
[zh]
phrasings = ["闹钟{time:hm}响。"]
"""
WAKE = """
[en]
phrasings = ["Wake me at {time:spoken}."]
[zh]
phrasings = ["{time:spoken}叫我。"]
"""


def load_file(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str | None) -> list[Function]:
    """The requests of a corpus of one function, from a file of this text or from none."""
    for name in ("assistant", "requests"):
        (folder / name).mkdir()
    (folder / "assistant" / "set_alarm.toml").write_text(FUNCTION, "utf-8")
    if text is not None:
        (folder / "requests" / "set_alarm.toml").write_text(text, "utf-8")
    monkeypatch.setattr(corpus, "FOLDER", folder / "assistant")
    monkeypatch.setattr(corpus, "REQUESTS", folder / "requests")
    return load_requests("en")


def test_a_right_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (function,) = load_file(tmp_path, monkeypatch, WAKE)
    (phrasing,) = function.phrasings
    assert phrasing.fill({"time": "07:30"}, function.kinds, "en") == "Wake me at half past seven in the morning."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, r"there is no requests/set_alarm\.toml: write what a user says who wants set_alarm"),
        (WAKE.replace("{time", "{tiem", 1), r"requests/set_alarm\.toml: phrasing .*unknown parameter 'tiem'"),
        (WAKE.replace("[zh]", "[fr]"), r"requests/set_alarm\.toml: zh"),
        ('description = "Wake."' + WAKE, r"requests/set_alarm\.toml: description"),
        (WAKE.replace("[en]", "[en"), r"requests/set_alarm\.toml: .*line 2"),
    ],
)
def test_a_wrong_file_is_refused(text: str | None, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match=message):
        load_file(tmp_path, monkeypatch, text)
