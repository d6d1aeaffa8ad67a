"""The files in experiments/: each is one that params.yaml takes, and says how it is run."""

from pathlib import Path

import pytest

from funcgen.experiments.overrides import EXPERIMENTS, experiment_overrides, load, settings_of
from funcgen.tasks import TASKS

NAMES = sorted(path.stem for path in EXPERIMENTS.glob("*.txt"))


@pytest.mark.parametrize("name", NAMES)
def test_an_experiment_can_be_run(name: str) -> None:
    overrides = experiment_overrides(name)
    settings = settings_of(overrides)
    assert len(settings) == len(overrides), "a key is there twice"
    assert load(settings).task.name == settings["task.name"]
    assert (EXPERIMENTS / f"{name}.txt").read_text("utf-8").startswith("# ")


def test_every_task_on_public_data_has_one_that_is_named_in_the_docs() -> None:
    with_experiment = {settings_of(experiment_overrides(name))["task.name"] for name in NAMES}
    assert set(TASKS) - with_experiment == {"hub"}
    assert [name for name in NAMES if name not in Path("docs/tasks.md").read_text("utf-8")] == []
