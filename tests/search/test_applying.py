"""Writing the best values into params.yaml: they change, and nothing else."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from funcgen import params
from funcgen.errors import SearchError
from funcgen.search import applying, space

ROOT = Path(__file__).parent.parent.parent
TEXT = (ROOT / "params.yaml").read_text("utf-8")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A copy of the project's params.yaml."""
    found = tmp_path / "params.yaml"
    found.write_text(TEXT, "utf-8")
    return found


def test_only_the_values_change(path: Path) -> None:
    point = {
        "optimizer.adamw.learning_rate": 1e-05,
        "optimizer.adamw.betas": [0.95, 0.999],
        "schedule.name": "wsd",
        "train.average": 0.998,
        "task.assistant.evaluation_inputs": 1234567,
    }
    said = applying.apply(point, path)
    assert said[0] == f"{path}: optimizer.adamw.learning_rate is 1e-05, was 0.004"
    old, new = TEXT.splitlines(), path.read_text("utf-8").splitlines()
    assert len(old) == len(new)
    assert [after for before, after in zip(old, new, strict=True) if before != after] == [
        "    evaluation_inputs: 1234567 # distinct inputs, for validation and for test each",
        "    learning_rate: 1.0e-05",
        "    betas: [0.95, 0.999]",
        "  name: wsd                 # constant | linear | cosine | wsd (warm-up, stable, decay) | inverse_square_root",
        "  average: 0.998            # decay of a moving average of weights, which is validated and kept; 0: none",
    ]
    assert params.values(path) == {**params.values(ROOT / "params.yaml"), **point}


def test_what_is_there_already_is_not_written(path: Path) -> None:
    before = path.stat().st_mtime_ns
    assert applying.apply({"optimizer.adamw.learning_rate": 0.004}, path) == []
    assert path.read_text("utf-8") == TEXT
    assert path.stat().st_mtime_ns >= before


def test_a_null_a_text_and_a_file_without_a_last_newline(path: Path) -> None:
    path.write_text(TEXT.rstrip("\n").replace("checkpoint_name: null", "checkpoint_name: 'a # b'"), "utf-8")
    applying.apply({"model.gpt.checkpoint_name": "gpt2", "model.gpt.revision": "main", "compute.numeric_mode": "strict"}, path)
    new = path.read_text("utf-8")
    assert "    checkpoint_name: gpt2      # a checkpoint folder" in new
    assert "    revision: main\n" in new
    assert new.splitlines()[-1].startswith("  numeric_mode: strict      # fast | strict")


def test_a_value_over_several_lines_is_for_people(path: Path) -> None:
    path.write_text(TEXT.replace("betas: [0.9, 0.98]", "betas: [0.9,\n      0.98]", 1), "utf-8")
    before = path.read_text("utf-8")
    with pytest.raises(SearchError, match=r"optimizer\.adamw\.betas: the value does not end on its line"):
        applying.apply({"optimizer.adamw.betas": [0.9, 0.95]}, path)
    assert path.read_text("utf-8") == before


def test_values_that_are_not_allowed_change_nothing(path: Path) -> None:
    with pytest.raises(SearchError, match="do not go together"):
        applying.apply({"schedule.warmup_steps": 100000}, path)
    assert path.read_text("utf-8") == TEXT
    assert sorted(path.parent.iterdir()) == [path]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rate=some.floats(1e-9, 10).map(lambda value: float(f"{value:.3g}")), decay=some.floats(0, 1), seed=some.integers(0, 2**32 - 1))
def test_any_numbers_come_back(path: Path, rate: float, decay: float, seed: int) -> None:
    point = {"optimizer.adamw.learning_rate": rate, "optimizer.adamw.weight_decay": decay, "train.seed": seed}
    path.write_text(TEXT, "utf-8")
    applying.apply(point, path)
    found = params.load(path)
    assert (found.optimizer.params.learning_rate, found.optimizer.params.weight_decay, found.train.seed) == (rate, decay, seed)
    assert space.text(rate)
