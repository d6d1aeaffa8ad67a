"""The CrossWOZ task: what a turn becomes, what the mined templates say, and the real data whole."""

from pathlib import Path
from typing import Any

import pytest

from funcgen.artifacts import Example, LeftOut
from funcgen.errors import DataError
from funcgen.ingestion.acceptance import check
from funcgen.ingestion.collection import ingest
from funcgen.raw import crosswoz
from funcgen.raw.crosswoz import as_mined, mined
from funcgen.raw.records import Record
from funcgen.slots.verbatim import Verbatim
from funcgen.tasks.crosswoz import Params, arguments, read, scoring, to_example
from tests import real_data
from tests.small import INGEST

PARAMS = Params()


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the task find the real data, which are not part of the repository."""
    monkeypatch.setenv("FUNCGEN_DATA", str(real_data.folder("crosswoz_partial/val.jsonl.gz")))


def turn(*acts: tuple[str, str, str, str], text: str = "好的。") -> Record:
    """A row of the files."""
    values: dict[str, Any] = {"dialogue_id": "7", "role": "sys", "dialog_act": [list(act) for act in acts], "content": text}
    return Record("val.jsonl.gz:2", values)


def example(*acts: tuple[str, str, str, str]) -> Example:
    """The example of a turn with these acts."""
    found = to_example(turn(*acts))
    assert isinstance(found, Example)
    return found


def test_a_turn() -> None:
    acts = (("NoOffer", "酒店", "none", "none"), ("Inform", "酒店", "酒店设施-叫醒服务", "是"), ("Recommend", "酒店", "名称", "天伦  王朝"))
    assert to_example(turn(*acts, text="没有，\xa0推荐天伦 王朝。")) == Example(
        split=None,
        group="7",
        source='Inform+Recommend+NoOffer.酒店(Inform.酒店.酒店设施.是="叫醒服务", Recommend.酒店.名称="天伦 王朝")',
        target="没有， 推荐天伦 王朝。",
        origin="val.jsonl.gz:2",
        arguments=(("Inform.酒店.酒店设施.是", "叫醒服务"), ("Recommend.酒店.名称", "天伦 王朝")),
    )


def test_a_turn_without_acts_is_left_out() -> None:
    found = to_example(turn())
    assert isinstance(found, LeftOut)
    assert (found.cause, found.origin) == ("no_act", "val.jsonl.gz:2")


def test_acts_without_a_value_to_say() -> None:
    found = example(("General", "greet", "none", "none"), ("Inform", "景点", "评分", "无"), ("Inform", "景点", "门票", "免费"))
    assert found.source == "General.greet+Inform.景点.评分.无+Inform.景点.门票.免费()"
    assert found.arguments == arguments(found.source) == ()


@pytest.mark.parametrize(
    ("act", "name"),
    [("General.greet", "General+greet+none"), ("NoOffer.餐馆", "NoOffer+餐馆+none"), ("Inform.景点.评分.无", "Inform+景点+评分+无")],
)
def test_the_names_of_the_mined_templates(act: str, name: str) -> None:
    assert as_mined(act) == name


def test_what_the_mined_templates_say(monkeypatch: pytest.MonkeyPatch) -> None:
    near = "Inform+景点+周边酒店"
    known = {(near, near, "NoOffer+景点+none"): f"没有景点，酒店有[{near}1]、[{near}2]。"}
    monkeypatch.setattr(crosswoz, "templates", lambda: known)
    given = example(("Inform", "景点", "周边酒店", "天伦"), ("NoOffer", "景点", "none", "none"), ("Inform", "景点", "周边酒店", "王朝"))
    assert mined(given.source) == "没有景点，酒店有天伦、王朝。"


def test_scoring_is_of_chinese() -> None:
    assert scoring(PARAMS).tokenizer == "zh"
    assert scoring(PARAMS).baselines == ("mined_templates",)


@pytest.mark.usefixtures("data")
def test_the_real_data() -> None:
    found = ingest(read(PARAMS), INGEST)
    check(found, INGEST)
    assert found.counts == {
        "rows_in": 8_458 // 2 + 8_476 // 2,  # half of the turns are the assistant's
        "rows_rejected": 0,
        "rows_left_out": 168,
        "left_out_no_act": 168,
        "rows_duplicate": 1_287,
        "rows_changed": 0,
        "pairs_train": 6_214,
        "pairs_validation": 453,
        "pairs_test": 345,
        "examples_train": 6_214,
        "examples_validation": 397,
        "examples_test": 312,
        "same_source_validation": 168,
        "near_duplicates_validation": 191,
        "same_source_test": 129,
        "near_duplicates_test": 146,
    }
    everything = [row for examples in found.examples.values() for row in examples]
    assert all(arguments(row.source) == row.arguments for row in everything)
    exact = sum(Verbatim().check(row, row.target).exact for row in found.examples["train"])
    assert 0.92 < exact / len(found.examples["train"]) < 0.93
    said = [Verbatim().check(row, mined(row.source)) for row in found.examples["validation"]]
    assert sum(len(one.missing) for one in said) / sum(one.slots for one in said) < 0.01


def test_without_data_it_is_said_that_they_cannot_be_downloaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("FUNCGEN_DATA", raising=False)
    monkeypatch.delenv("DVC_ROOT", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=r"they cannot be downloaded$"):
        next(read(PARAMS))
