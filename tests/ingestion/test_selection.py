"""What training does without: shares nest and go by group, held-out combinations are gone from training while their parts stay."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funcgen.artifacts import SPLITS, Example, Split
from funcgen.errors import DataError
from funcgen.ingestion.acceptance import check
from funcgen.ingestion.collection import Ingested, ingest
from funcgen.ingestion.division import drawn
from funcgen.ingestion.screening import EVALUATED
from funcgen.ingestion.selection import HELD_OUT, SEEN, combination, parts
from tests.small import INGEST


def row(split: Split | None, text: str, *names: str, **more: object) -> Example:
    """An input with the named arguments, its text their value."""
    arguments = tuple((name, text) for name in names)
    return replace(Example(split, text, text, "y", f"x.csv:{text}", arguments), **more)  # type: ignore[arg-type]


def held_out(rows: list[Example], share: float, seed: int = 1) -> Ingested:
    return ingest(rows, replace(INGEST, held_out_combinations=share, seed=seed))


def balanced(result: Ingested) -> bool:
    counts = result.counts
    rest = counts["rows_rejected"] + counts["rows_left_out"] + counts["rows_duplicate"] + sum(counts[f"pairs_{split}"] for split in SPLITS)
    causes = sum(count for name, count in counts.items() if name.startswith("left_out_"))
    return counts["rows_in"] == rest and counts["rows_left_out"] == causes


def test_a_share_is_of_whole_groups_and_smaller_shares_lie_in_larger_ones() -> None:
    content = [row("train", f"{group} {i}", group=str(group), changed=i == 0) for group in range(1000) for i in range(3)]
    content += [row("validation", "v"), row("test", "t"), content[0]]
    found: list[set[str]] = []
    for share in (0.05, 0.2, 0.6, 1.0):
        result = ingest(content, replace(INGEST, train_share=share))
        kept = {one.source for one in result.examples["train"]}
        groups = {text.split()[0] for text in kept}
        assert abs(len(groups) - 1000 * share) <= 47  # 3 standard deviations of a share of a half
        assert len(kept) == 3 * len(groups) == result.counts["pairs_train"] == result.counts["examples_train"]
        assert result.counts["rows_changed"] == len(groups)
        assert result.counts["rows_left_out"] == 3000 - len(kept) == result.counts.get("left_out_train_share", 0)
        assert (result.counts["pairs_validation"], result.counts["pairs_test"], result.counts["rows_duplicate"]) == (1, 1, 1)
        assert not result.left_out
        assert len(result.unlabelled) == 3000 - len(kept)
        assert not kept & {one.source for one in result.unlabelled}
        assert balanced(result)
        found.append(kept)
    assert all(smaller < larger for smaller, larger in pairwise(found))
    assert found[0] != {one.source for one in ingest(content, replace(INGEST, train_share=0.05, seed=2)).examples["train"]}


def test_the_share_is_drawn_independently_of_the_division() -> None:
    """With the division's own draw a share of 10 % would be empty: the lowest tenth are validation's and test's."""
    options = replace(INGEST, train_share=0.1)
    result = ingest([row(None, str(group)) for group in range(2000)], options)
    assert 140 < result.counts["examples_train"] < 220  # 180 expected, 3 standard deviations are 40
    shares = (options.seed, options.test_share, options.validation_share)
    assert all(drawn(one.group, *shares) == split for split in SPLITS for one in result.examples[split])


def test_no_group_left_in_training_is_refused_with_the_share() -> None:
    options = replace(INGEST, train_share=1e-9)
    with pytest.raises(DataError, match=r"no example is left in train .* train_share \(1e-09\)"):
        check(ingest([row("train", "a"), row("validation", "b"), row("test", "c")], options), options)


SETS = [("a",), ("b",), ("c",), ("a", "b"), ("b", "c"), ("a", "c"), ("a", "b", "c")]
INPUTS = [row("train", f"{''.join(names)}{i}", *names) for names in SETS for i in range(4)]
INPUTS += [row(split, f"{split} {''.join(names)}", *names) for split in EVALUATED for names in SETS]


def test_combinations_are_gone_from_training_and_every_input_is_in_a_slice() -> None:
    before: set[object] = set()
    for share, number in ((0.15, 1), (0.3, 2), (0.6, 4)):
        result = held_out(INPUTS, share)
        gone = {combination(one) for split in EVALUATED for one in result.examples[split] if one.slices == (HELD_OUT,)}
        assert len(gone) == number == result.counts["combinations_held_out"]
        assert result.counts["combinations"] == len(SETS)
        assert {combination(one) for one in result.examples["train"]} == {("", names) for names in SETS} - gone
        assert all(one.slices == (SEEN,) for split in EVALUATED for one in result.examples[split] if combination(one) not in gone)
        assert {part for one in result.examples["train"] for part in parts(one) if len(part) < 3} == {
            ("",),
            ("", "a"),
            ("", "b"),
            ("", "c"),
        }
        assert result.counts["left_out_held_out_combination"] == 4 * number == 28 - result.counts["pairs_train"]
        assert all(one.slices == () for one in result.examples["train"])
        assert balanced(result)
        assert before < gone
        before = set(gone)
    assert held_out(INPUTS[::-1], 0.6).counts == result.counts
    drawn = {frozenset(one.source for one in held_out(INPUTS, 0.3, seed).examples["train"]) for seed in range(5)}
    assert len(drawn) > 1


def test_the_slice_says_unseen_where_training_never_had_the_combination() -> None:
    content = [one for one in INPUTS if one.split != "train" or one.arguments[0][0] != "a"]
    result = held_out(content, 0.4)
    slices = {combination(one)[1]: one.slices for one in result.examples["test"]}
    assert all(found == (HELD_OUT,) for names, found in slices.items() if "a" in names)
    assert result.counts["combinations"] == 3  # b, c, b c: what training has


@pytest.mark.parametrize(
    ("content", "share"),
    [
        ([row("train", "f(1)", "n"), row("train", "g(1)", "n"), row("test", "f(2)", "n"), row("test", "g(2)", "n")], 0.5),
        ([row("train", "1", "n"), row("train", "2", "m"), row("test", "3", "n"), row("test", "4", "m")], 0.5),
        ([row("train", "1"), row("validation", "3"), row("test", "4")], 0.9),
        (INPUTS, 0.01),
    ],
    ids=["functions", "names", "no arguments", "too small a share"],
)
def test_where_nothing_can_be_held_out_it_is_said(content: list[Example], share: float) -> None:
    with pytest.raises(DataError, match=rf"ingest.held_out_combinations is {share}, but of the \d combinations .* none can be held out"):
        held_out(content, share)


def test_a_value_that_is_asked_for_stays_in_training() -> None:
    """Of the combinations (n) and (n, m) only the one without the value of an evaluated input can go."""
    only = row("train", "x", "n", arguments=(("n", "rare"),))
    content = [only, row("train", "y", "n", "m"), row("train", "z", "m"), row("test", "t", "n", "m")]
    content += [row("test", "u", arguments=(("n", "rare"),)), row("validation", "v", "m")]
    for seed in range(20):
        assert only.source in {one.source for one in held_out(content, 0.3, seed).examples["train"]}


def test_what_a_combination_is() -> None:
    assert combination(row("train", "play(a=1)\n", "n", "m", "n")) == ("play", ("m", "n"))
    assert combination(row("train", "play (a=1)", "n")) == combination(row("train", "3(a)", "n")) == ("", ("n",))
    assert combination(row("train", "area.find(a=1) and more")) == ("", ())
    assert combination(row("train", "区.找(a=1)")) == ("区.找", ())


def test_switched_off_nothing_changes() -> None:
    content = [*INPUTS, row("test", "s", "a", slices=("own",))]
    result = ingest(content, INGEST)
    assert result.examples["test"][-1].slices == ("own",)
    assert not [name for name in result.counts if "combination" in name or "share" in name]
    on = held_out(content, 0.3).examples["test"]
    assert on[-1].slices[0] == "own"
    assert [replace(one, slices=()) for one in on] == [replace(one, slices=()) for one in result.examples["test"]]


NAMES = st.sampled_from(["a", "b", "c", "é", '"'])
ROWS = st.builds(
    Example,
    split=st.sampled_from(SPLITS),
    group=st.text("gh", min_size=1, max_size=2),
    source=st.sampled_from(["f(x)", "f(y)", "g()", "s", "f(((((", "(" * 50]),
    target=st.sampled_from("tu"),
    origin=st.just("x"),
    arguments=st.lists(st.tuples(NAMES, st.sampled_from("vw")), max_size=3).map(tuple),
)


@settings(deadline=None)
@given(st.lists(ROWS, min_size=3, max_size=40), st.floats(0.01, 1), st.floats(0, 0.99))
def test_nothing_is_lost_and_no_part_vanishes(content: list[Example], train_share: float, share: float) -> None:
    options = replace(INGEST, train_share=train_share)
    whole = ingest(content, options)
    assert balanced(whole)
    try:
        result = ingest(content, replace(options, held_out_combinations=share))
    except DataError:  # nothing to hold out, which others of these tests look into
        assert share > 0
        return
    assert balanced(result)
    shown, stay = ({part for one in found.examples["train"] for part in parts(one)} for found in (whole, result))
    asked = {part for split in EVALUATED for one in whole.examples[split] for part in parts(one)}
    assert {part for part in shown if len(part) < 3 or part in asked} <= stay
    assert set(result.examples["train"]) <= set(whole.examples["train"])
    if share:
        seen = {combination(one) for one in result.examples["train"]}
        assert all((one.slices == (SEEN,)) == (combination(one) in seen) for split in EVALUATED for one in result.examples[split])
