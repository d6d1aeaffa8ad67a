"""The table of scores, also where a baseline or a slice has no such score."""

from pathlib import Path

import pytest

from funcgen.artifacts import METRICS, write_json
from funcgen.reports.scores import metrics_table, slice_rows

BOTH, ONE = {"score": 60.5, "low": 57.0, "high": 63.25}, {"score": 7.5}
SLICES = {
    "held_out_intent": {"n": 120, "bleu": BOTH, "out_of_scope_recall": ONE},
    "in_scope": {"n": 689, "bleu": ONE, "false_alarms": BOTH},
}


def test_slices_have_a_column_for_each_score_that_any_has() -> None:
    assert slice_rows(SLICES) == (
        ["bleu", "out_of_scope_recall", "false_alarms"],
        [["held out intent", "120", "60.50", "7.50", "–"], ["in scope", "689", "7.50", "–", "60.50"]],
    )


def test_a_score_that_a_baseline_lacks_is_a_dash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_json(METRICS / "evaluate.json", {"bleu": BOTH, "false_alarms": ONE, "slices": SLICES})
    write_json(METRICS / "baselines.json", {"copy_source": {"bleu": ONE}, "nearest_source": {"bleu": BOTH, "false_alarms": BOTH}})
    meaning = {"signature": "x", "n": 809, "split": "test", "confidence": 0.95}
    write_json(METRICS / "signatures.json", {"bleu": meaning, "false_alarms": meaning})
    lines = metrics_table(None).splitlines()
    assert lines[0] == "809 inputs of the test split, in the workspace"
    rows = [line.split() for line in lines]
    assert ["bleu", "60.50", "57.00", "to", "63.25", "7.50", "60.50"] in rows
    assert ["false_alarms", "7.50", "–", "60.50"] in rows
    assert ["held", "out", "intent", "120", "60.50", "7.50", "–"] in rows
