"""What the assistant task promises: the same examples on every read, and splits that show what training never does."""

import ast
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import pytest

from funcgen.artifacts import Example, Split
from funcgen.corpora.composition import CLOSED, domain
from funcgen.corpora.corpus import Function, load
from funcgen.corpora.forms import Language
from funcgen.tasks.assistant import Params, read, scoring

ENGLISH = Params(language="en", train_pairs=660, pairs_per_call=2, evaluation_inputs=198, seed=1)
CHINESE = replace(ENGLISH, language="zh", train_pairs=330, evaluation_inputs=132)
EVALUATION: tuple[Split, ...] = ("validation", "test")


@dataclass(frozen=True)
class Composed:
    """The examples of some parameters, the functions that they are about, and the parameters of each that are open."""

    params: Params
    functions: dict[str, Function]
    open: dict[str, frozenset[str]]
    examples: list[Example]

    def part(self, *splits: Split, named: str = "") -> list[Example]:
        """The examples of some splits, all or those of one slice."""
        return [example for example in self.examples if example.split in splits and (not named or named in example.slices)]

    def open_names(self, example: Example) -> frozenset[str]:
        """The open parameters that are given."""
        return names_of(example) & self.open[name_of(example)]

    def open_values(self, examples: Sequence[Example]) -> set[tuple[str, str, str]]:
        """(function, parameter, value) for all values of open parameters."""
        return {
            (name_of(example), name, value) for example in examples for name, value in example.arguments if name in self.open_names(example)
        }

    def combinations(self, examples: Sequence[Example]) -> dict[str, set[frozenset[str]]]:
        """The sets of parameters given, by function."""
        found: dict[str, set[frozenset[str]]] = defaultdict(set)
        for example in examples:
            found[name_of(example)].add(names_of(example))
        return found


def name_of(example: Example) -> str:
    return example.source.partition("(")[0]


def names_of(example: Example) -> frozenset[str]:
    return frozenset(name for name, _ in example.arguments)


def is_open(function: Function, name: str) -> bool:
    """Whether a parameter's values are too many for every split to show."""
    return function.kinds[name] != "choice" and len(domain(function.parameters[name], function.values[name])) > CLOSED


@pytest.fixture(scope="module", params=[ENGLISH, CHINESE], ids=["en", "zh"])
def composed(request: pytest.FixtureRequest) -> Composed:
    params: Params = request.param
    functions = {function.name: function for function in load(params.language)}
    open_ = {name: frozenset(filter(partial(is_open, function), function.parameters)) for name, function in functions.items()}
    return Composed(params, functions, open_, list(read(params)))


def test_two_reads_are_equal(composed: Composed) -> None:
    assert list(read(composed.params)) == composed.examples


def test_another_seed_gives_others(composed: Composed) -> None:
    others = list(read(replace(composed.params, seed=2)))
    shared = {example.source for example in others} & {example.source for example in composed.examples}
    assert len(others) == len(composed.examples)
    assert len(shared) < len(others) / 10
    states = [
        [dict(example.arguments)["state"] for example in examples if name_of(example) == "lock_door"]
        for examples in (composed.examples, others)
    ]
    assert states[0] != states[1], "not the values alone, the draws too"


def test_counts_are_those_of_the_parameters(composed: Composed) -> None:
    params, functions = composed.params, len(composed.functions)
    counts = Counter((name_of(example), example.split) for example in composed.examples)
    for name in composed.functions:
        assert counts[name, "train"] == params.train_pairs // functions
        assert [counts[name, split] for split in EVALUATION] == [params.evaluation_inputs // functions] * 2


def test_what_does_not_divide_is_shared_out() -> None:
    examples = list(read(Params("en", train_pairs=100, pairs_per_call=3, evaluation_inputs=40, seed=3)))
    assert Counter(example.split for example in examples) == {"train": 100, "validation": 40, "test": 40}
    calls = Counter(example.source for example in examples if example.split == "train")
    assert max(calls.values()) == 3


def test_no_source_is_in_two_splits(composed: Composed) -> None:
    splits: dict[str, set[Split | None]] = defaultdict(set)
    for example in composed.examples:
        assert example.group == example.source
        splits[example.source].add(example.split)
    assert [source for source, where in splits.items() if len(where) > 1] == []


def test_examples_are_distinct(composed: Composed) -> None:
    train = [(example.source, example.target) for example in composed.part("train")]
    assert len(set(train)) == len(train)
    assert max(Counter(source for source, _ in train).values()) == composed.params.pairs_per_call
    inputs = [example.source for example in composed.part(*EVALUATION)]
    assert len(set(inputs)) == len(inputs)


def test_unseen_values_are_unseen(composed: Composed) -> None:
    train = composed.open_values(composed.part("train"))
    unseen = {split: composed.open_values(composed.part(split, named="unseen_values")) for split in EVALUATION}
    assert min(len(train), *map(len, unseen.values())) > 100
    assert not train & (unseen["validation"] | unseen["test"])
    assert not unseen["validation"] & unseen["test"]


def test_every_input_of_that_slice_holds_an_unseen_value(composed: Composed) -> None:
    unseen = composed.part(*EVALUATION, named="unseen_values")
    assert {name_of(example) for example in unseen} == set(composed.functions)
    assert [example.source for example in unseen if not composed.open_names(example)] == []


def test_the_other_slices_hold_seen_values(composed: Composed) -> None:
    unseen = composed.open_values(composed.part(*EVALUATION, named="unseen_values"))
    rest = composed.part(*EVALUATION, named="seen_parts") + composed.part(*EVALUATION, named="unseen_combination")
    assert len(rest) > len(composed.functions)
    assert not unseen & composed.open_values(rest)


def test_the_held_out_combination_is_held_out(composed: Composed) -> None:
    held_out = composed.combinations(composed.part(*EVALUATION, named="unseen_combination"))
    shown = composed.combinations(
        composed.part("train") + composed.part(*EVALUATION, named="unseen_values") + composed.part(*EVALUATION, named="seen_parts")
    )
    optional = {
        name: sum(parameter.optional for parameter in function.parameters.values()) for name, function in composed.functions.items()
    }
    assert set(held_out) == {name for name, number in optional.items() if number >= 2}
    assert len(held_out) >= 8
    for name, combinations in held_out.items():
        assert len(combinations) == 1
        assert not combinations & shown[name]


def test_each_evaluation_input_has_one_slice_and_references(composed: Composed) -> None:
    for example in composed.part(*EVALUATION):
        assert len(example.slices) == 1
        assert len(set(example.references)) == len(example.references) >= 5
        assert example.target in example.references


def test_every_text_says_the_arguments(composed: Composed) -> None:
    """All texts verbatim, but for the parameters that a special phrasing paraphrases."""
    for example in composed.examples:
        function = composed.functions[name_of(example)]
        paraphrased = {name for phrasing in function.phrasings for name, _ in phrasing.when}
        for name, value in example.arguments:
            if function.kinds[name] in ("text", "choice", "list") and name not in paraphrased:
                assert [text for text in (example.target, *example.references) if value.lower() not in text.lower()] == []


def test_training_has_neither(composed: Composed) -> None:
    assert {(example.references, example.slices) for example in composed.part("train")} == {((), ())}


def test_the_source_says_the_arguments(composed: Composed) -> None:
    """A call reads as Python, numbers bare, and says the arguments in the order of the function's declaration."""
    for example in composed.examples:
        assert all(value in example.source for _, value in example.arguments)
        call = ast.parse(example.source, mode="eval").body
        assert isinstance(call, ast.Call)
        said: list[tuple[str, str]] = []
        for keyword in call.keywords:
            assert keyword.arg is not None
            value = ast.literal_eval(keyword.value)
            numeric = composed.functions[name_of(example)].kinds[keyword.arg] in ("integer", "number")
            assert isinstance(value, int | float) is numeric
            literal = ast.get_source_segment(example.source, keyword.value)
            said += [(keyword.arg, str(item)) for item in (value if isinstance(value, list) else [literal if numeric else value])]
        assert tuple(said) == example.arguments
        declared = list(composed.functions[name_of(example)].parameters)
        assert [keyword.arg for keyword in call.keywords] == [name for name in declared if name in names_of(example)]


def test_two_parameters_over_one_list_differ(composed: Composed) -> None:
    flights = [dict(example.arguments) for example in composed.examples if name_of(example) == "book_flight"]
    assert [flight for flight in flights if flight["origin"] == flight["destination"]] == []


def test_the_origin_is_the_file(composed: Composed) -> None:
    assert {(example.origin, name_of(example)) for example in composed.examples} == {(f"{name}.toml", name) for name in composed.functions}


@pytest.mark.parametrize(("language", "tokenizer"), [("en", "13a"), ("zh", "zh")])
def test_scoring(language: Language, tokenizer: str) -> None:
    found = scoring(replace(ENGLISH, language=language))
    assert (found.tokenizer, found.lowercase) == (tokenizer, False)
