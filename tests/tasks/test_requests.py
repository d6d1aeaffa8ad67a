"""What the requests task promises: the assistant's calls as answers, one for each request, none in two splits."""

import ast
from collections import Counter, defaultdict
from dataclasses import replace

import pytest

from funcgen.artifacts import Example, Split
from funcgen.corpora.composition import print_call, texts
from funcgen.corpora.corpus import Function, load_requests
from funcgen.corpora.forms import Language
from funcgen.ingestion.acceptance import check
from funcgen.ingestion.collection import ingest
from funcgen.tasks import assistant
from funcgen.tasks.requests import Params, read, scoring
from tests.small import INGEST

ENGLISH = Params(language="en", train_pairs=660, pairs_per_call=2, evaluation_inputs=198, seed=1)
CHINESE = replace(ENGLISH, language="zh", train_pairs=330, evaluation_inputs=132)
EVALUATION: tuple[Split, ...] = ("validation", "test")


@pytest.fixture(scope="module", params=[ENGLISH, CHINESE], ids=["en", "zh"])
def params(request: pytest.FixtureRequest) -> Params:
    found: Params = request.param
    return found


@pytest.fixture(scope="module")
def examples(params: Params) -> list[Example]:
    return list(read(params))


@pytest.fixture(scope="module")
def functions(params: Params) -> dict[str, Function]:
    return {function.name: function for function in load_requests(params.language)}


def parsed(call: str) -> tuple[str, dict[str, object]]:
    """The function's name and the arguments of a call."""
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Name)
    return node.func.id, {keyword.arg or "": ast.literal_eval(keyword.value) for keyword in node.keywords}


def test_two_reads_are_equal(params: Params, examples: list[Example]) -> None:
    assert list(read(params)) == examples


def test_another_seed_gives_others(params: Params, examples: list[Example]) -> None:
    others = list(read(replace(params, seed=2)))
    assert len(others) == len(examples)
    assert len({example.target for example in others} & {example.target for example in examples}) < len(others) / 10


def test_counts_are_those_of_the_parameters(params: Params, examples: list[Example], functions: dict[str, Function]) -> None:
    counts = Counter((parsed(example.target)[0], example.split) for example in examples)
    for name in functions:
        assert counts[name, "train"] == params.train_pairs // len(functions)
        assert [counts[name, split] for split in EVALUATION] == [params.evaluation_inputs // len(functions)] * 2


def test_no_call_is_in_two_splits(examples: list[Example]) -> None:
    splits: dict[str, set[Split | None]] = defaultdict(set)
    for example in examples:
        assert example.group == example.target
        splits[example.target].add(example.split)
    assert [call for call, where in splits.items() if len(where) > 1] == []


def test_no_request_is_in_two_splits_or_twice(params: Params, examples: list[Example]) -> None:
    assert len({example.source for example in examples}) == len(examples)
    calls = Counter(example.target for example in examples if example.split == "train")
    assert max(calls.values()) == params.pairs_per_call
    assert max(Counter(example.target for example in examples if example.split != "train").values()) == 1


def test_ingest_takes_every_row(examples: list[Example]) -> None:
    options = replace(INGEST, max_rejected_share=0.0, max_characters=1000)
    result = ingest(examples, options)
    check(result, options)
    assert result.counts["rows_in"] == sum(result.counts[f"examples_{split}"] for split in ("train", "validation", "test"))
    assert [result.counts[f"same_source_{split}"] for split in EVALUATION] == [0, 0]


def test_the_arguments_are_the_answer(examples: list[Example]) -> None:
    assert {example.arguments for example in examples} == {()}


def test_the_one_reference_is_the_call(examples: list[Example]) -> None:
    for example in examples:
        assert example.references == (() if example.split == "train" else (example.target,))
        assert len(example.slices) == (0 if example.split == "train" else 1)


def test_the_target_is_the_call_of_a_request_that_says_it(params: Params, examples: list[Example], functions: dict[str, Function]) -> None:
    """A text or a choice verbatim, unless a special phrasing paraphrases it; and the call is printed as the assistant's source is."""
    for example in examples:
        name, call = parsed(example.target)
        function = functions[name]
        literals = {
            key: tuple(value) if isinstance(value, list) else value if isinstance(value, str) else numeral(example.target, key)
            for key, value in call.items()
        }
        assert print_call(function, literals) == example.target
        assert example.source in texts(function, literals, params.language)
        paraphrased = {key for phrasing in function.phrasings for key, _ in phrasing.when}
        for key, value in literals.items():
            if function.kinds[key] in ("text", "choice", "list") and key not in paraphrased:
                assert all(item.lower() in example.source.lower() for item in ((value,) if isinstance(value, str) else value))


def numeral(call: str, name: str) -> str:
    """The number of an argument as the call writes it, 12.50 and not 12.5."""
    return call.partition(f"{name}=")[2].partition(",")[0].rstrip(")")


def test_unseen_values_are_unseen(examples: list[Example]) -> None:
    """A call of that slice has at least one argument that no training call has."""
    train = {argument for example in examples if example.split == "train" for argument in arguments(example)}
    unseen = [example for example in examples if "unseen_values" in example.slices]
    assert len(unseen) > 100
    assert [example.target for example in unseen if set(arguments(example)) <= train] == []


def arguments(example: Example) -> list[tuple[str, str, str]]:
    """(function, parameter, value) of a call, a list's items one by one."""
    name, call = parsed(example.target)
    return [(name, key, str(item)) for key, value in call.items() for item in (value if isinstance(value, list) else [value])]


def test_the_unseen_combination_is_unseen(examples: list[Example]) -> None:
    shapes: dict[bool, set[tuple[str, ...]]] = {True: set(), False: set()}
    for example in examples:
        name, call = parsed(example.target)
        shapes["unseen_combination" in example.slices].add((name, *call))
    assert len(shapes[True]) >= 8
    assert not shapes[True] & shapes[False]


def test_the_calls_are_such_as_the_assistant_has(params: Params, examples: list[Example]) -> None:
    """The same functions in each split, and the same combination held out of training."""
    others = list(assistant.read(params))
    for split in ("train", *EVALUATION):
        here = {parsed(example.target)[0] for example in examples if example.split == split}
        assert here == {parsed(example.source)[0] for example in others if example.split == split}
    held_out = [
        {(name, *call) for name, call in (parsed(text) for text in calls)}
        for calls in (
            [example.target for example in examples if "unseen_combination" in example.slices],
            [example.source for example in others if "unseen_combination" in example.slices],
        )
    ]
    assert held_out[0] == held_out[1]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_scoring(language: Language) -> None:
    found = scoring(replace(ENGLISH, language=language))
    assert (found.tokenizer, found.lowercase) == ("none", False)
