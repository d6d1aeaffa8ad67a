"""The draws of pairs: what each split shows, where a space is used up, and calls without arguments, of what is said by either side."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from funcgen.corpora.composition import CLOSED, domain, print_call, texts
from funcgen.corpora.corpus import Function, load, load_requests
from funcgen.corpora.forms import Language
from funcgen.corpora.pairs import Composer, Sample, compose, share

SAMPLE = Sample(language="en", train_pairs=660, pairs_per_call=2, evaluation_inputs=198, seed=1)
Load = Callable[[Language], list[Function]]


@pytest.fixture(scope="module", params=[(load, "en"), (load, "zh"), (load_requests, "en")], ids=["assistant", "Chinese", "requests"])
def loaded(request: pytest.FixtureRequest) -> tuple[dict[str, Function], Sample]:
    read: Load
    read, language = request.param
    return {function.name: function for function in read(language)}, replace(SAMPLE, language=language)


def open_names(function: Function) -> set[str]:
    """The parameters whose values are too many for every split to show."""
    sizes = {name: len(domain(parameter, function.values[name])) for name, parameter in function.parameters.items()}
    return {name for name, size in sizes.items() if size > CLOSED and function.kinds[name] != "choice"}


def test_share() -> None:
    assert share(10, 4) == [3, 3, 2, 2]
    assert share(2, 3) == [1, 1, 0]


def test_the_splits_come_in_one_order(loaded: tuple[dict[str, Function], Sample]) -> None:
    functions, sample = loaded
    pairs = list(compose([functions["set_alarm"]], replace(sample, train_pairs=20, evaluation_inputs=6)))
    assert [pair.split for pair in pairs] == ["validation"] * 6 + ["test"] * 6 + ["train"] * 20
    assert len({pair.printed for pair in pairs}) == 6 + 6 + 10, "training has two texts for each call"


def test_a_pair_is_a_call_and_a_text_for_it(loaded: tuple[dict[str, Function], Sample]) -> None:
    functions, sample = loaded
    for pair in compose([functions["book_table"]], replace(sample, train_pairs=20, evaluation_inputs=6)):
        right = texts(pair.function, pair.call, sample.language)
        assert pair.text in right
        assert (pair.right, len(pair.slices)) == (((), 0) if pair.split == "train" else (right, 1))
        assert pair.printed == print_call(pair.function, pair.call)


def test_a_call_without_arguments_ends_nothing(loaded: tuple[dict[str, Function], Sample]) -> None:
    """Such a call is empty, and an empty mapping is false."""
    functions, sample = loaded
    composer = Composer(functions["start_vacuum"], replace(sample, seed=2))
    assert len(list(composer.train(120))) == 120
    assert () in composer.shown
    assert "start_vacuum()" in composer.seen


def test_a_space_that_is_used_up_ends_the_draws(loaded: tuple[dict[str, Function], Sample]) -> None:
    functions, sample = loaded
    door = functions["lock_door"]
    pairs = list(Composer(door, sample).train(10_000))
    doors = len(door.values["door"]) - 2 * (len(door.values["door"]) // 10)
    assert 0.9 * 2 * doors * sample.pairs_per_call <= len(pairs) <= 2 * doors * sample.pairs_per_call


def test_unseen_values_also_where_a_call_may_leave_out_every_open_parameter(loaded: tuple[dict[str, Function], Sample]) -> None:
    functions, sample = loaded
    composer = Composer(functions["start_vacuum"], replace(sample, seed=2))
    unseen = [pair for pair in composer.evaluation("validation", 90) if pair.slices == ("unseen_values",)]
    assert len(unseen) == 30
    assert [pair.printed for pair in unseen if not pair.call.keys() & open_names(functions["start_vacuum"])] == []


def test_training_shows_every_combination_but_the_one_held_out(loaded: tuple[dict[str, Function], Sample]) -> None:
    functions, sample = loaded
    for name in ("book_flight", "set_alarm"):
        composer = Composer(functions[name], sample)
        shown = {frozenset(pair.call) for pair in composer.train(200)}
        everything = {frozenset(names) for names in functions[name].combinations()}
        assert everything - shown == ({frozenset(composer.held_out)} if composer.held_out else set())
        assert (composer.held_out is None) == (name == "book_flight")
