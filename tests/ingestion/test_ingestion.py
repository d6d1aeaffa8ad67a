"""Ingest's rules: nothing lost, nothing leaked, duplicates removed, and the same result whatever the order of the rows."""

import json
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funcgen.artifacts import EXAMPLES_SCHEMA, REJECTED_SCHEMA, SPLITS, Example, LeftOut, Rejected, Split
from funcgen.errors import DataError
from funcgen.ingestion.acceptance import check, check_groups, check_share, check_splits
from funcgen.ingestion.collection import Ingested, ingest, listed, rejected_rows
from funcgen.ingestion.screening import EVALUATED, letters
from funcgen.sections import Ingest
from funcgen.storage import spool
from funcgen.storage.examples import values, write_examples
from funcgen.storage.tables import read_parquet, write_parquet
from tests.small import INGEST

OPTIONS = replace(INGEST, max_rejected_share=0.25, max_characters=50, validation_share=0.2, test_share=0.1, seed=3)


def row(split: Split | None, source: str, target: str = "y", **more: object) -> Example:
    return replace(Example(split, source, source, target, f"x.csv:{source}"), **more)  # type: ignore[arg-type]


def accounted(result: Ingested) -> int:
    counts = result.counts
    return counts["rows_rejected"] + counts["rows_left_out"] + counts["rows_duplicate"] + sum(counts[f"pairs_{split}"] for split in SPLITS)


def test_train_has_a_row_for_each_pair_and_evaluation_one_for_each_input() -> None:
    arguments = (("n", "1"),)
    found = ingest(
        [
            row("train", "a", "t1", references=("t2", "t1")),
            row("train", "a", "t2"),
            row("test", "b", "t1", references=("t3",), slices=("s",)),
            row("test", "c", "t9"),
            row("test", "b", "t2", references=("t1", "t4"), slices=("r", "s")),
            row("test", "b", "t2", arguments=arguments),
        ],
        OPTIONS,
    )
    assert [(one.source, one.target, one.references) for one in found.examples["train"]] == [
        ("a", "t1", ("t1", "t2")),
        ("a", "t2", ("t2",)),
    ]
    assert [(one.source, one.target, one.references, one.slices) for one in found.examples["test"]] == [
        ("b", "t1", ("t1", "t3", "t2", "t4"), ("s", "r")),
        ("c", "t9", ("t9",), ()),
        ("b", "t2", ("t2",), ()),
    ]
    assert found.counts == {
        "rows_in": 6,
        "rows_rejected": 0,
        "rows_left_out": 0,
        "rows_duplicate": 0,
        "rows_changed": 0,
        "pairs_train": 2,
        "pairs_validation": 0,
        "pairs_test": 4,
        "examples_train": 2,
        "examples_validation": 0,
        "examples_test": 3,
        "same_source_validation": 0,
        "near_duplicates_validation": 0,
        "same_source_test": 0,
        "near_duplicates_test": 0,
    }


def test_duplicates_are_removed_and_counted_and_their_references_kept() -> None:
    first = row("test", "a", "t", references=("u",))
    found = ingest([first, replace(first, references=("v",), origin="x.csv:7"), replace(first, arguments=(("n", "1"),))], OPTIONS)
    assert found.counts["rows_duplicate"] == 1
    assert [one.references for one in found.examples["test"]] == [("t", "u", "v"), ("t", "u")]
    train = row("train", "a", "t")
    assert ingest([train, train, train], OPTIONS).counts["rows_duplicate"] == 2


def test_identifiers_are_those_of_content() -> None:
    one, two = (ingest([row("train", "a", "t", origin=origin)], OPTIONS).examples["train"][0].id for origin in ("x:1", "y:2"))
    assert one == two == "ae365533911d22c6"
    others = [row("test", "a", "t"), row("train", "b", "t"), row("train", "a", "u"), row("train", "a", "t", arguments=(("", ""),))]
    found = ingest([row("train", "a", "t"), *others], OPTIONS)
    assert len({example.id for split in SPLITS for example in found.examples[split]}) == 5


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"source": " \n"}, "source is blank"),
        ({"target": ""}, "target is blank"),
        ({"references": ("x", "\u3000")}, "a reference is blank"),
        ({"target": "x" * 51}, "target has 51 characters, more than ingest.max_characters (50)"),
        ({"references": ("x" * 51,)}, "a reference has 51 characters, more than ingest.max_characters (50)"),
        ({"source": "a\ud800"}, "source holds the lone surrogate U+D800"),
        ({"target": "a\0"}, "target holds the control character U+0000"),
        ({"target": "a\r\n"}, "target holds the control character U+000D"),
        ({"target": "\x85"}, "target is blank"),
        ({"target": "a\x92s"}, "target holds the control character U+0092"),
        ({"group": "\udfff"}, "group holds the lone surrogate U+DFFF"),
        ({"arguments": (("n", "\x1b"),)}, "an argument holds the control character U+001B"),
        ({"arguments": (("\x07", "1"),)}, "an argument holds the control character U+0007"),
        ({"slices": ("\x01",)}, "a slice holds the control character U+0001"),
    ],
)
def test_unusable_rows_are_rejected(wrong: dict[str, object], reason: str) -> None:
    found = ingest([row("train", "a", "fine\t\n𠀀 é"), replace(row("train", "b"), **wrong)], OPTIONS)  # type: ignore[arg-type]
    assert [one.reason for one in found.rejected] == [reason]
    assert found.rejected[0].origin == "x.csv:b"
    found.rejected[0].record.encode()
    assert found.counts["rows_rejected"] == found.counts["pairs_train"] == 1


def test_arguments_may_be_empty() -> None:
    assert not ingest([row("train", "a", arguments=(("n", ""),))], OPTIONS).rejected


def test_division_is_by_group_and_seed_alone() -> None:
    def divide(options: Ingest, order: int) -> dict[str, Split]:
        content = [row(None, f"{group} {i}", group=str(group)) for group in range(1000) for i in range(2)]
        random.Random(order).shuffle(content)
        found = ingest(content, options)
        check_groups(found)
        return {one.source: split for split in SPLITS for one in found.examples[split]}

    first = divide(OPTIONS, 1)
    assert first == divide(OPTIONS, 2)
    assert first != divide(replace(OPTIONS, seed=4), 1)
    assert all(first[f"{group} 0"] == first[f"{group} 1"] for group in range(1000))
    shares = Counter(first.values())
    assert 320 < shares["validation"] < 480  # 400 expected; 3 standard deviations over 1000 groups of two are 76
    assert 143 < shares["test"] < 257  # 200 expected
    more = ingest([row(None, str(group), group=str(group)) for group in range(2000)], OPTIONS)
    assert all(first[f"{one.group} 0"] == split for split in SPLITS for one in more.examples[split] if int(one.group) < 1000)


def test_a_group_in_two_splits_is_refused_with_both_places() -> None:
    content = [row("train", f"s{i}", group=f"g{i}") for i in range(5)] + [row("test", f"t{i}", group=f"g{i}") for i in range(5)]
    with pytest.raises(DataError) as caught:
        check_groups(ingest([*content, row("test", "t5"), row("validation", "v", group="g0")], OPTIONS))
    message = str(caught.value)
    assert message.startswith("5 groups are in more than one split")
    assert "'g0' in train (x.csv:s0) and test (x.csv:t0); 'g1' in" in message
    assert "'g2' in train" in message
    assert "g3" not in message


def test_a_duplicate_or_given_split_does_not_hide_a_straddling_group() -> None:
    drawn = ingest([row(None, "a")], OPTIONS)
    split = next(split for split in SPLITS if drawn.examples[split])
    other = next(name for name in SPLITS if name != split)
    with pytest.raises(DataError, match="'a' in"):
        check_groups(ingest([row(None, "a"), row(other, "a")], OPTIONS))


def test_too_many_rejected_rows() -> None:
    bad = [Rejected(f"x.csv:{i}", f"has {i} fields, the header has 2", "r") for i in range(3, 6)]
    bad += [Rejected("x.csv:9", "holds a NUL byte", "r"), Rejected("y.csv:1", "other", "r"), Rejected("y.csv:2", "fourth", "r")]
    good = [row("train", str(i)) for i in range(18)]
    check_share(ingest([*good, *bad], OPTIONS), OPTIONS)
    with pytest.raises(DataError) as caught:
        check(ingest([*good[1:], *bad], OPTIONS), OPTIONS)
    assert str(caught.value) == (
        "6 of 23 rows (26.1%) were rejected, more than ingest.max_rejected_share (25.0%): 3 as x.csv:3: has 3 fields, the header has 2; "
        "1 as x.csv:9: holds a NUL byte; 1 as y.csv:1: other; look at data/rejected.parquet, mend the data or raise the share"
    )


def test_what_a_task_leaves_out_or_changes_is_counted_and_trips_nothing() -> None:
    left_out = [LeftOut(f"x.csv:{i}", "vague" if i else "false", f"says {i}", "r") for i in range(9)]
    others = [row("train", "a", changed=True), row("train", "b"), row("train", "a", changed=True), row("validation", "c"), row("test", "d")]
    found = ingest([*left_out, *others], OPTIONS)
    check(found, OPTIONS)
    assert {name: count for name, count in found.counts.items() if name.startswith(("rows", "left"))} == {
        "rows_in": 14,
        "rows_rejected": 0,
        "rows_left_out": 9,
        "left_out_false": 1,
        "left_out_vague": 8,
        "rows_duplicate": 1,
        "rows_changed": 1,
    }
    assert accounted(found) == 14
    assert [one["reason"] for one in rejected_rows(found.left_out)][:2] == ["says 0", "says 1"]


def test_an_empty_split_is_refused() -> None:
    check(ingest([row("train", "a"), row("validation", "b"), row("test", "c")], OPTIONS), OPTIONS)
    with pytest.raises(DataError, match=r"no example is left in validation and test \(1 in train, 0 in validation, 0 in test\)"):
        check_splits(ingest([row("train", "a")], OPTIONS), OPTIONS)
    with pytest.raises(DataError, match="no example is left in train and validation and test"):
        check(ingest([], OPTIONS), OPTIONS)


def test_same_sources_and_near_duplicates_are_counted_by_example() -> None:
    content = [
        *(row("train", text) for text in ("Call(7)", "加 1", "12", "straße")),
        *(row("validation", text, group="v" + text) for text in ("Call(7)", "call: 8", "13", "calls")),
        *(row("test", text, group="t" + text) for text in ("加2！", "乘 1", "STRASSE", "12")),
    ]
    counts = ingest(content, OPTIONS).counts
    assert {name: count for name, count in counts.items() if name.startswith(("same", "near"))} == {
        "same_source_validation": 1,
        "near_duplicates_validation": 2,
        "same_source_test": 1,
        "near_duplicates_test": 2,
    }
    assert letters('Say_it(time="07:30", to="Zoë")') == "sayittimetozoë"


def test_rows_fit_the_schemas_and_bytes_are_equal(tmp_path: Path) -> None:
    found = ingest([row("train", "a", arguments=(("n", "1"), ("n", "2")), slices=("s",)), row("train", " ")], OPTIONS)
    for name in ("one", "two"):
        write_examples(tmp_path / name, found.examples["train"])
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert read_parquet(tmp_path / "one", EXAMPLES_SCHEMA) == [
        {
            "id": found.examples["train"][0].id,
            "group": "a",
            "source": "a",
            "arguments": [{"name": "n", "value": "1"}, {"name": "n", "value": "2"}],
            "target": "y",
            "references": ["y"],
            "slices": ["s"],
        }
    ]
    write_parquet(tmp_path / "rejected", rejected_rows(found.rejected), REJECTED_SCHEMA)
    assert read_parquet(tmp_path / "rejected", REJECTED_SCHEMA) == [
        {"origin": "x.csv: ", "reason": "source is blank", "record": '{"source": " ", "target": "y"}'}
    ]


TEXTS = st.text(st.characters(), max_size=4) | st.sampled_from(["a", "b"])
ROWS = (
    st.builds(
        Example,
        split=st.sampled_from([None, *SPLITS]),
        group=TEXTS,
        source=TEXTS,
        target=TEXTS,
        origin=st.just("x"),
        arguments=st.lists(st.tuples(TEXTS, TEXTS), max_size=1).map(tuple),
        references=st.lists(TEXTS, max_size=2).map(tuple),
        slices=st.lists(TEXTS, max_size=1).map(tuple),
    )
    | st.builds(Rejected, st.just("x"), TEXTS, st.just(""))
    | st.builds(LeftOut, st.just("x"), st.just("c"), TEXTS, st.just(""))
)


@settings(deadline=None)
@given(st.lists(ROWS, max_size=30))
def test_rows_in_are_rows_out(content: list[Example | Rejected | LeftOut]) -> None:
    found = ingest(content, OPTIONS)
    assert found.counts["rows_in"] == len(content) == accounted(found)
    for split in SPLITS:
        examples = found.examples[split]
        assert len({one.id for one in examples}) == len(examples) == found.counts[f"examples_{split}"]
        assert all(one.split == split and one.target in one.references for one in examples)
        assert len({(one.source, one.arguments) for one in examples}) == len(examples) or split not in EVALUATED
        for one in examples:
            str(values(one)).encode()
    usable = {one.group for split in SPLITS for one in found.examples[split]}
    homes = {group: {one.split for split in SPLITS for one in found.examples[split] if one.group == group} for group in usable}
    straddling = {one.group for one in found.straddling}
    assert {group for group, splits in homes.items() if len(splits) > 1} <= straddling


@settings(deadline=None)
@given(st.lists(ROWS, max_size=30), st.integers(1, 7))
def test_how_many_rows_wait_on_the_disk_does_not_count(content: list[Example | Rejected | LeftOut], size: int) -> None:
    def found() -> tuple[object, ...]:
        result = ingest(content, OPTIONS)
        examples = {split: list(result.examples[split]) for split in SPLITS}
        return examples, result.rejected, result.left_out, result.counts, result.straddling

    whole = found()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(spool, "BATCH", size)
        assert found() == whole


@given(st.lists(st.text() | st.lists(st.tuples(st.text(), st.text())).map(tuple)))
def test_what_tells_rows_apart_is_what_json_writes(content: list[object]) -> None:
    """Else the identifiers of all data would change."""
    assert listed(*content) == json.dumps(content, ensure_ascii=False)
