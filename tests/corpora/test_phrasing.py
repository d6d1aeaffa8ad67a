"""Phrasings: what parses, what each wrong one is told, which calls one serves, and the text that it makes."""

import itertools
from collections.abc import Mapping

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from funcgen.corpora.forms import Kind, Value, capital
from funcgen.corpora.phrasing import Phrasing, Segment, Slot, parse
from funcgen.errors import DataError

KINDS: dict[str, Kind] = {"label": "text", "place": "text", "time": "time", "count": "integer", "items": "list", "days": "choice"}


def read(text: str, when: Mapping[str, str] | None = None) -> Phrasing:
    return parse(text, KINDS, when or {}, "set_alarm.toml")


def fill(text: str, **arguments: Value) -> str:
    return read(text).fill(arguments, KINDS, "en")


def rebuilt(phrasing: Phrasing) -> str:
    """The text that a phrasing's segments stand for."""

    def written(part: str | Slot) -> str:
        return part if isinstance(part, str) else "{" + part.name + (f":{part.form}" if part.form else "") + "}"

    inner = [("".join(map(written, segment.parts)), segment.optional) for segment in phrasing.segments]
    return "".join(f"[{text}]" if optional else text for text, optional in inner)


def test_parse() -> None:
    assert read("Your [{label} ]alarm is at {time:12h}.").segments == (
        Segment(("Your ",), optional=False),
        Segment((Slot("label", ""), " "), optional=True),
        Segment(("alarm is at ", Slot("time", "12h"), "."), optional=False),
    )
    assert read("{count:words plural minute/minutes}").segments == (
        Segment((Slot("count", "words plural minute/minutes"),), optional=False),
    )
    assert read("[{label}][{place}]").segments == (
        Segment((Slot("label", ""),), optional=True),
        Segment((Slot("place", ""),), optional=True),
    )
    assert read("").segments == ()


def test_conditions_are_kept_in_one_order() -> None:
    assert read("{label}", {"days": "weekends", "count": "1"}) == read("{label}", {"count": "1", "days": "weekends"})
    assert read("{label}", {"days": "weekends"}).when == (("days", "weekends"),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("At {tiem}.", "unknown parameter 'tiem'; allowed: label, place, time, count, items, days"),
        ("At {tiem:12h}.", "unknown parameter 'tiem'"),
        ("At {time:24h}.", "form '24h' is not one of a time: 12h, hm"),
        ("{label:12h}", "form '12h' is not one of a text: title, upper, lower, capital, a, possessive"),
        ("{count:plural}", "form 'plural' is not one of a"),
        ("{count:words minute/minutes}", "form 'words minute/minutes' is not one of a"),
        ("{count:plural hot dog/hot dogs}", "form 'plural hot dog/hot dogs' is not one of a"),
        ("{label:/}", "form '/' is not one of a text"),
        ("[{label} ", "do not pair at character 9"),
        ("{label}]", "do not pair at character 8"),
        ("[{label} [{time}]]", "do not pair at character 10"),
        ("At {time", "do not pair at character 4"),
        ("At time}", "do not pair at character 8"),
        ("{}", "do not pair at character 1"),
        ("{Time}", "do not pair at character 1"),
        ("{time:}", "do not pair at character 1"),
        ("{{time}}", "do not pair at character 1"),
        ("[Now, ]it rings.", "an optional segment without a parameter ends at character 7"),
        ("[]", "an optional segment without a parameter ends at character 2"),
    ],
)
def test_a_wrong_one_is_refused(text: str, message: str) -> None:
    with pytest.raises(DataError) as caught:
        read(text)
    assert str(caught.value).startswith(f"set_alarm.toml: phrasing {text!r}: ")
    assert message in str(caught.value)


def test_a_condition_on_an_unknown_parameter_is_refused() -> None:
    with pytest.raises(DataError, match="unknown parameter 'day' in when; allowed: label"):
        read("{label}", {"day": "weekends"})


@pytest.mark.parametrize(
    ("text", "when", "arguments", "serves"),
    [
        ("At {time}.", {}, {"time": "07:30"}, True),
        ("At {time}.", {}, {}, False),
        ("At {time}.", {}, {"time": "07:30", "label": "gym"}, False),
        ("At {time}[ for {label}].", {}, {"time": "07:30"}, True),
        ("At {time}[ for {label}].", {}, {"time": "07:30", "label": "gym"}, True),
        ("At {time}[ for {label}].", {}, {"label": "gym"}, False),
        ("At {time}[ for {label} at {place}].", {}, {"time": "07:30"}, True),
        ("At {time}[ for {label} at {place}].", {}, {"time": "07:30", "label": "gym", "place": "home"}, True),
        ("At {time}[ for {label} at {place}].", {}, {"time": "07:30", "label": "gym"}, False),
        ("[At {time}: ]it's {time:12h}.", {}, {"time": "07:30"}, True),
        ("Done.", {}, {}, True),
        ("Done.", {}, {"time": "07:30"}, False),
        ("Every weekend at {time}.", {"days": "weekends"}, {"time": "07:30", "days": "weekends"}, True),
        ("Every weekend at {time}.", {"days": "weekends"}, {"time": "07:30", "days": "weekdays"}, False),
        ("Every weekend at {time}.", {"days": "weekends"}, {"time": "07:30"}, False),
        ("On {days} at {time}.", {"days": "weekends"}, {"time": "07:30", "days": "weekends"}, True),
        ("Every weekend at {time}.", {"days": "weekends"}, {"time": "07:30", "days": "weekends", "label": "gym"}, False),
    ],
)
def test_serves(text: str, when: dict[str, str], arguments: dict[str, Value], serves: bool) -> None:
    assert read(text, when).serves(arguments) is serves


def test_fill() -> None:
    both = "your [{label} ]alarm is at {time:12h}[, {place}]."
    assert fill(both, time="07:30") == "Your alarm is at 7:30 am."
    assert fill(both, time="07:30", label="gym") == "Your gym alarm is at 7:30 am."
    assert fill(both, time="07:30", label="gym", place="home") == "Your gym alarm is at 7:30 am, home."
    assert fill("{items} for {count:words plural person/people}", items=("milk", "eggs"), count="1") == "Milk and eggs for one person"
    assert fill("{label}, again {label:upper}", label="gym") == "Gym, again GYM"
    assert fill("{label}", label="{time} [x]") == "{time} [x]"


NAMES = st.sampled_from(sorted(KINDS))
FORMS = st.sampled_from(["", "", ":12h", ":words", ":plural day/days", ":a", ":count plural item/items", ":", ":nonsense", ":/"])
SLOTS = st.builds("{{{}{}}}".format, NAMES | st.just("nobody"), FORMS)
LITERALS = st.text(st.characters(exclude_characters="[]{}", codec="utf-8"), max_size=5)
ANYTHING = st.lists(LITERALS | SLOTS | st.sampled_from("[]{}:"), max_size=12).map("".join)


@settings(deadline=None)
@given(ANYTHING)
@example("{time:{label}}")
@example("[{time}\n]")
@example("{count:plural /}")
def test_any_text_parses_or_is_refused(text: str) -> None:
    try:
        phrasing = read(text)
    except DataError:
        return
    assert rebuilt(phrasing) == text


PLAIN = st.sampled_from(["{label}", "{place}", "{items}", "{count}", "{time}", "{days}"])
RUNS = st.lists(LITERALS | PLAIN, max_size=4).map("".join)
SEGMENTS = RUNS | st.builds("[{}{}{}]".format, RUNS, PLAIN, RUNS)
ARGUMENTS: dict[str, st.SearchStrategy[Value]] = {
    "label": st.text(min_size=1),
    "place": st.text(min_size=1),
    "time": st.just("17:30"),
    "count": st.integers().map(str),
    "items": st.lists(st.text(min_size=1), min_size=1, max_size=3).map(tuple),
    "days": st.sampled_from(["weekdays", "weekends"]),
}


@settings(deadline=None)
@given(st.lists(SEGMENTS, max_size=5).map("".join), st.fixed_dictionaries(ARGUMENTS))
def test_what_serves_a_call_shows_its_values(text: str, everything: dict[str, Value]) -> None:
    phrasing = read(text)
    assert rebuilt(phrasing) == text
    served = 0
    for size in range(len(everything) + 1):
        for names in itertools.combinations(everything, size):
            call = {name: everything[name] for name in names}
            if not phrasing.serves(call):
                continue
            served += 1
            made = phrasing.fill(call, KINDS, "en")
            for value in call.values():
                for item in (value,) if isinstance(value, str) else value:
                    assert item in made or made.startswith(capital(item))
    needed = {part.name for segment in phrasing.segments for part in segment.parts if isinstance(part, Slot)}
    assert served >= 1, "a call that gives every parameter named is served"
    assert not phrasing.serves(everything) or needed == everything.keys()
