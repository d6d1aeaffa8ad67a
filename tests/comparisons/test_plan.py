"""A comparison's file: what is refused, with file, key and what is allowed, and that the committed ones are right."""

from dataclasses import replace
from pathlib import Path

import pytest

from funcgen.comparisons import plan
from funcgen.errors import ComparisonError
from tests.comparisons.samples import TEXT, comparison

ROOT = Path(__file__).parent.parent.parent

WRONG = {
    "unknown key": ("default_seeds =", "defalt_seeds =", ["defalt_seeds: unknown key; did you mean default_seeds?"]),
    "unknown key of a workload": (
        "target = 2.5\nover",
        "goal = 2.5\nover",
        ["workload.1.goal: unknown key"],
    ),
    "unknown key of the margin": ("bleu = 1.0", "bleu = 1.0\nchrf = 1", ["margin.chrf: unknown key; allowed: validation_loss, bleu"]),
    "no margin": ("validation_loss = 0.05", "validation_loss = 0", ["margin.validation_loss: must be greater than 0"]),
    "wrong type": ("trials = 4", 'trials = "4"', ["trials: must be an integer"]),
    "unknown optimizer": ('name = "sgd"', 'name = "sdg"', ["optimizer.name: did you mean sgd?"]),
    "optimizer twice": ('name = "sgd"', 'name = "adamw"', ["optimizer adamw: is given twice"]),
    "workload twice": ('name = "rnn"', 'name = "gpt"', ["workload gpt: is given twice"]),
    "unknown baseline": ('baseline = "adamw"', 'baseline = "adam"', ["baseline: there is no adam; did you mean adamw?"]),
    "seed twice": ("[1, 2, 3, 4, 5]", "[1, 2, 2]", ["seeds 2: is given twice"]),
    "one seed": ("[1, 2, 3, 4, 5]", "[1]", ["seeds: List should have at least 2 items"]),
    "trial seed among the seeds": ("trial_seed = 100", "trial_seed = 3", ["trial_seed: 3 is one of seeds"]),
    "more default seeds than seeds": ("default_seeds = 2", "default_seeds = 6", ["default_seeds: 6 is more than there are seeds (5)"]),
    "what it sets itself": ('"model.name=rnn"', '"train.seed=3"', ["the comparison itself sets train.seed; leave it out"]),
    "no override": ('"model.name=rnn"', '"model.name"', ["override 'model.name': must be key=value"]),
    "unknown parameter": ('"model.name=rnn"', '"model.nam=rnn"', ["workload rnn, optimizer", "params.yaml has no model.nam"]),
    "impossible together": (
        'overrides = ["schedule.name=constant"]',
        "",
        ["optimizer schedule_free_adamw: params.yaml:", "schedule.name", "choose constant"],
    ),
    "a space outside of what is allowed": ("choices = [0.8, 0.9]", "choices = [0.8, 1.5]", ["optimizer sgd", "momentum", "less than 1"]),
    "a space of what there is not": (
        'adamw.learning_rate" = { low = 0.001',
        'adamw.rate" = { low = 0.001',
        ["adamw.rate: params.yaml has no"],
    ),
    "a range the wrong way": ("low = 0.1, high = 10.0", "low = 10.0, high = 0.1", ["low (10) must be below high (0.1)"]),
    "unknown workload of the sweep": ('workload = "gpt"', 'workload = "gtp"', ["batches.workload: there is no gtp; did you mean gpt?"]),
    "unknown optimizer of the sweep": ('["sgd", "adamw"]', '["lamb", "adamw"]', ["batches.optimizers: there is no lamb"]),
    "a sweep with too few examples": ("examples = 12800", "examples = 100", ["batches.examples: 100 is less than the largest batch"]),
    "what is planted is no value": (
        "learning_rate=0.00001",
        "learning_rate=-1",
        ["optimizer adamw", "must be greater than 0"],
    ),
    "name with a slash": ('name = "rnn"', 'name = "a/b"', ["workload.2.name", "must be lower-case letters and digits"]),
    "no TOML": ("[[workload]]", "[[workload", ["is not TOML"]),
}


@pytest.mark.parametrize(("old", "new", "messages"), WRONG.values(), ids=WRONG.keys())
def test_wrong_is_refused(old: str, new: str, messages: list[str], tmp_path: Path) -> None:
    assert old in TEXT
    with pytest.raises(ComparisonError) as caught:
        comparison(tmp_path, TEXT.replace(old, new, 1))
    said = str(caught.value)
    for message in messages:
        assert message in said
    assert all(line.startswith(f"{tmp_path / 'sample.toml'}: ") for line in said.splitlines())


def test_a_file_needs_a_plain_name_and_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(ComparisonError, match="must be lower-case letters and digits"):
        comparison(tmp_path, TEXT, "My comparison.toml")
    with pytest.raises(ComparisonError, match="cannot be read"):
        plan.read(tmp_path / "absent.toml")


def test_more_trials_are_the_same_and_more(tmp_path: Path) -> None:
    few, many = comparison(tmp_path), comparison(tmp_path, TEXT.replace("trials = 4", "trials = 6"))
    assert {name: len(points) for name, points in many.points.items()} == {"adamw": 6, "sgd": 6, "schedule_free_adamw": 6}
    assert all(many.points[name][:4] == points for name, points in few.points.items())


def test_later_words_win(tmp_path: Path) -> None:
    found = comparison(tmp_path).settings("gpt", "schedule_free_adamw", 3, ["train.batch_size=64"])
    assert (found["optimizer.name"], found["train.seed"], found["pretrain.seed"]) == ("schedule_free_adamw", "3", "3")
    assert (found["schedule.name"], found["train.batch_size"], found["generate.split"]) == ("constant", "64", "validation")


COMMITTED = sorted((ROOT / "comparisons").glob("*.toml"))


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_committed_comparisons_are_right(path: Path) -> None:
    found = plan.read(path)
    assert found.layout.baseline == "adamw"
    assert {len(points) for points in found.points.values()} == {found.layout.trials}


def test_those_that_are_shown_have_what_they_must() -> None:
    gpt, mlp, sweep = (plan.read(ROOT / "comparisons" / f"{name}.toml").layout for name in ("optimizers", "optimizers-mlp", "batch-sizes"))
    assert {"sgd", "adam", "adamw", "lamb", "muon"} < {one.name for one in gpt.optimizer}
    assert len(gpt.optimizer) >= 7
    assert len(gpt.seeds) >= 5
    assert mlp.workload != gpt.workload
    assert mlp == replace(gpt, title=mlp.title, workload=mlp.workload)
    assert sweep.batches
    assert (min(sweep.batches.sizes), max(sweep.batches.sizes)) == (32, 2048)
