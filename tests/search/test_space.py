"""A search's space: points lie in their ranges, the first of many are those of few, they fill the space, and mistakes are named."""

import json
import math
from typing import Any

import pytest
from dvc.utils.hydra import to_hydra_overrides
from hypothesis import given, settings
from hypothesis import strategies as some
from ruamel.yaml import YAML

from funcgen.errors import SearchError
from funcgen.search import space
from funcgen.search.space import Parameter, Space

RATE = Parameter("optimizer.adamw.learning_rate", low=3e-4, high=3e-2, log=True)
FINITE = some.floats(1e-9, 1e9)


@some.composite
def ranges(draw: some.DrawFn) -> Parameter:
    """Any range: of either scale, whole or not."""
    integer = draw(some.booleans())
    number = some.integers(1, 10**6).map(float) if integer else FINITE
    low, high = sorted(draw(some.lists(number, min_size=2, max_size=2, unique=True)))
    return Parameter("p", low=low, high=high, log=draw(some.booleans()), integer=integer)


WORDS = some.from_regex(r"\A[A-Za-z][A-Za-z0-9_./-]{0,12}\Z")
SCALARS = some.one_of(some.booleans(), some.integers(-(10**9), 10**9), some.floats(-1e12, 1e12), WORDS)


def accepted(value: Any) -> bool:
    """Whether it is a value that can be given."""
    try:
        space.text(value)
    except ValueError:
        return False
    return True


@given(ranges(), some.floats(0, 1, exclude_max=True))
def test_values_lie_in_their_range_and_are_short(parameter: Parameter, share: float) -> None:
    assert parameter.low is not None
    assert parameter.high is not None
    value = parameter.at(share)
    assert parameter.low <= value <= parameter.high
    assert isinstance(value, int) == parameter.integer
    assert parameter.rounded(value) == value, "rounded once is rounded"


@given(some.lists(ranges(), min_size=1, max_size=5), some.integers(0, 40), some.integers(0, 40), some.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_the_first_points_of_many_are_those_of_few(parameters: list[Parameter], few: int, more: int, seed: int) -> None:
    named = Space(tuple(Parameter(f"p{i}", p.low, p.high, p.log, p.integer) for i, p in enumerate(parameters)))
    longer = space.quasi_random(named, few + more, seed)
    assert len(longer) == few + more
    assert space.quasi_random(named, few, seed) == longer[:few]


def test_points_are_the_same_for_ever() -> None:
    """Written down: a committed search's points change with no version of anything."""
    found = space.quasi_random(Space((RATE, Parameter("optimizer.adamw.weight_decay", low=0.0, high=0.3))), 3, seed=1)
    assert [list(point.values()) for point in found] == [[0.026, 0.051], [0.0026, 0.251], [0.00824, 0.151]]


@pytest.mark.parametrize("seed", range(5))
def test_points_fill_the_space(seed: int) -> None:
    """Of b^k points in a row each of b^k equal parts of the range has one, on the scale of the range; also two parameters together."""
    both = Space((RATE, Parameter("a", low=0.0, high=1.0), Parameter("b", choices=("x", "y", "z", "u", "v"))))
    points = space.quasi_random(both, 72, seed)
    parts = [int(32 * math.log(point[RATE.path] / 3e-4) / math.log(100)) for point in points[:32]]
    assert sum(part not in (index, index - 1) for index, part in enumerate(sorted(parts))) == 0, "but for rounding"
    cells = {(int(8 * math.log(point[RATE.path] / 3.001e-4) / math.log(100)), int(9 * point["a"])) for point in points}
    assert len(cells) > 60, "of 72: rounding moves some over an edge"
    assert {point["b"] for point in points[:5]} == {"x", "y", "z", "u", "v"}
    assert points != space.quasi_random(both, 72, seed + 1)


@settings(max_examples=50, deadline=None)
@given(some.one_of(SCALARS, some.lists(some.floats(0, 1), max_size=3)).filter(accepted))
def test_an_override_says_the_very_value_to_dvc_and_to_yaml(value: Any) -> None:
    (override,) = space.overrides({"section.key": value})
    parsed = to_hydra_overrides([override])[0]
    assert parsed.key_or_group == "section.key"
    assert not parsed.is_sweep_override()
    assert parsed.value() == value
    assert type(parsed.value()) is type(value)
    read = YAML(typ="safe", pure=True).load(override.partition("=")[2])
    assert read == value
    assert type(read) is type(value)


@settings(max_examples=50, deadline=None)
@given(some.one_of(some.text(), some.lists(some.text(), max_size=2), some.none(), some.dictionaries(WORDS, WORDS)))
def test_what_cannot_be_an_override_is_refused(value: Any) -> None:
    if accepted(value):
        assert YAML(typ="safe", pure=True).load(space.text(value)) == value
        assert to_hydra_overrides([f"k={space.text(value)}"])[0].value() == value


@pytest.mark.parametrize("value", ["NAN", "nan", "Inf", "nUll", "TRUE", ["a", "fAlse"]])
def test_what_dvc_reads_as_something_else_is_refused(value: Any) -> None:
    assert not accepted(value)


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "unknown key": ({"optimizer.adamw.learning_rat": {"low": 1, "high": 2}}, "did you mean optimizer.adamw.learning_rate?"),
    "unknown section": ({"optimiser.rate": {"low": 1, "high": 2}}, "allowed: compute, evaluate"),
    "no quotes": ({"optimizer": {"adamw": {"low": 1}}}, 'it is a section: write the whole key in quotes, "optimizer.KEY"'),
    "one bound": ({"train.average": {"low": 0.1}}, "parameters.train.average: high is missing; a range has both"),
    "nothing": ({"train.average": {}}, "parameters.train.average: must have low and high, or choices"),
    "both": ({"train.average": {"low": 0.1, "high": 0.2, "choices": [1, 2]}}, "must have low and high, or choices"),
    "upside down": ({"train.average": {"low": 0.5, "high": 0.1}}, "low (0.5) must be below high (0.1)"),
    "infinite": ({"train.average": {"low": 0.5, "high": math.inf}}, "must be"),
    "log of 0": ({"train.average": {"low": 0, "high": 0.1, "log": True}}, "low (0) must be above 0 where log is true"),
    "no whole number": ({"train.seed": {"low": 0.5, "high": 3, "integer": True}}, "must be whole numbers"),
    "unknown key of a range": (
        {"train.seed": {"low": 1, "hihg": 3}},
        "train.seed.hihg: unknown key; did you mean high? allowed: low, high",
    ),
    "path": ({"train.seed": {"path": "a", "low": 1, "high": 2}}, "must be { low = ..., high = ... } or { choices = [...] }"),
    "no table": ({"train.seed": 3}, "must be { low = ..., high = ... } or { choices = [...] }"),
    "text for a number": ({"train.seed": {"low": "1", "high": 3}}, "train.seed.low: must be a number"),
    "one choice": ({"schedule.name": {"choices": ["cosine"]}}, "a value for all trials belongs to overrides"),
    "choice twice": ({"schedule.name": {"choices": ["cosine", "linear", "cosine"]}}, "choices has cosine more than once"),
    "no choices": ({"schedule.name": {"choices": 3}}, "schedule.name.choices: must be an array"),
    "words for a word": ({"schedule.name": {"choices": ["a b", "c"]}}, "'a b' must be a number, true, false, or a word"),
    "a word that YAML takes for something else": ({"schedule.name": {"choices": ["true", "c"]}}, "'true' cannot be given"),
    "empty": ({}, "parameters: must name one value of params.yaml at least"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_mistakes_are_named(case: str) -> None:
    given_ranges, said = REFUSED[case]
    with pytest.raises(SearchError) as caught:
        space.parse(given_ranges, "searches/x.toml")
    assert said in str(caught.value)
    assert str(caught.value).startswith("searches/x.toml: parameters")


def test_all_mistakes_are_said_at_once() -> None:
    with pytest.raises(SearchError) as caught:
        space.parse({"train.seed": {"low": 3}, "train.sead": {}, "train.average": {"low": 2, "high": 1}}, "x.toml")
    assert len(str(caught.value).splitlines()) == 3


def test_a_point_is_json() -> None:
    """It is kept in the study as it is given."""
    mixed = Space((RATE, Parameter("a", choices=([0.9, 0.98], [0.9, 0.999])), Parameter("b", low=1, high=9, integer=True)))
    points = space.quasi_random(mixed, 8, 1)
    assert json.loads(json.dumps(points)) == points
