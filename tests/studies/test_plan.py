"""A study's file: what is refused, how an arm's values come about, and that the committed studies name what there is."""

from pathlib import Path

import pytest

from funcgen.errors import StudyError
from funcgen.experiments import overrides
from funcgen.strategies import STRATEGIES
from funcgen.studies import plan

ROOT = Path(__file__).parent.parent.parent
GOOD = """
title = "Sizes"
base = "e2e"
split = "validation"
reference = "small"
overrides = ["compute.threads=1", "model.gpt.dropout=0.2"]

[[arm]]
name = "small"
overrides = ["model.gpt.n_embd=64"]

[[arm]]
name = "large"
label = "the large one"
experiment = "e2e-template"
overrides = ["compute.threads=2", "optimizer.adamw.betas=[0.9, 0.99]"]

[[figure]]
name = "sizes"
title = "By size"
x = "parameters"
series.text = ["small", "large"]
levels = ["small"]
"""

WRONG = {
    "unknown key": ("title =", "titel =", ["titel: unknown key; did you mean title?", "title: is missing"]),
    "unknown key of an arm": ("label =", "lable =", ["arm.2.lable: unknown key; did you mean label?"]),
    "unknown key of a figure": ("levels =", "level =", ["figure.1.level: unknown key; did you mean levels?"]),
    "wrong type": ('overrides = ["model.gpt.n_embd=64"]', "overrides = 3", ["arm.1.overrides: must be an array"]),
    "unknown base": ('base = "e2e"', 'base = "e2f"', ["arm small: there is no experiments/e2f.txt; did you mean e2e?"]),
    "unknown experiment": (
        "e2e-template",
        "e2e-templte",
        ["arm large: there is no experiments/e2e-templte.txt; did you mean e2e-template?"],
    ),
    "path for a base": ('base = "e2e"', 'base = "../params"', ["base", "must be lower-case letters and digits, joined by hyphens"]),
    "unknown split": ('"validation"', '"dev"', ["split: allowed: train, validation, test"]),
    "unknown reference": ('reference = "small"', 'reference = "smal"', ["reference: there is no arm smal; did you mean small?"]),
    "unknown arm in a line": ('["small", "large"]', '["small", "larch"]', ["figure sizes: there is no arm larch"]),
    "unknown arm as a level": ('levels = ["small"]', 'levels = ["s"]', ["figure sizes: there is no arm s; allowed: small, large"]),
    "unknown score": (
        'split = "validation"',
        'split = "validation"\nscores = ["blue"]',
        ["scores.1: did you mean bleu? allowed: bleu, slot_error, label_macro_f1"],
    ),
    "no score": ('split = "validation"', 'split = "validation"\nscores = []', ["scores: List should have at least 1 item"]),
    "unknown x": ('x = "parameters"', 'x = "size"', ["figure.1.x: allowed: parameters, sequences, train_share"]),
    "repeated arm": ('name = "large"', 'name = "small"', ["arm small: the name is given twice"]),
    "name with a slash": ('name = "large"', 'name = "a/b"', ["arm.2.name", "must be lower-case letters and digits, joined by hyphens"]),
    "no name": ('name = "large"\n', "", ["arm.2.name: is missing"]),
    "no override": ("n_embd=64", "n_embd", ["arm small: override 'model.gpt.n_embd': must be key=value"]),
    "unknown parameter": ("n_embd=64", "n_embed=64", ["params.yaml has no model.gpt.n_embed; did you mean model.gpt.n_embd?"]),
    "unknown section": ("model.gpt.n_embd=64", "modle.gpt=64", ["params.yaml has no modle.gpt; allowed: compute, evaluate"]),
    "no value": ("n_embd=64", "n_embd=[", ["arm small: override model.gpt.n_embd=[: the value is not YAML"]),
    "value of a wrong type": ("n_embd=64", "n_embd=x", ["arm small: params.yaml:", 'model.gpt.n_embd is "x": must be an integer']),
    "impossible values": ("n_embd=64", "n_embd=30", ["n_embd (30) must be a multiple of n_head (4)"]),
    "no TOML": ("[[arm]]", "[[arm", ["is not TOML"]),
}


def read(text: str, folder: Path, name: str = "sizes.toml") -> plan.Study:
    path = folder / name
    path.write_text(text, "utf-8")
    return plan.read(path)


@pytest.mark.parametrize(("old", "new", "messages"), WRONG.values(), ids=WRONG.keys())
def test_wrong_is_refused(old: str, new: str, messages: list[str], tmp_path: Path) -> None:
    assert old in GOOD
    with pytest.raises(StudyError) as caught:
        read(GOOD.replace(old, new), tmp_path)
    for message in messages:
        assert message in str(caught.value)
    assert all(line.startswith(f"{tmp_path / 'sizes.toml'}: ") for line in str(caught.value).splitlines())


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("n_embd=64", "n_embd=x").replace("threads=2", "threads=-2").replace('levels = ["small"]', 'levels = ["s"]')
    with pytest.raises(StudyError) as caught:
        read(text, tmp_path)
    assert len(str(caught.value).splitlines()) == 3


def test_a_study_needs_two_arms_and_a_plain_name(tmp_path: Path) -> None:
    start, end = GOOD.index('[[arm]]\nname = "large"'), GOOD.index("[[figure]]")
    with pytest.raises(StudyError, match="arm: List should have at least 2 items"):
        read(GOOD[:start] + GOOD[end:], tmp_path)
    with pytest.raises(StudyError, match="must be lower-case letters and digits"):
        read(GOOD, tmp_path, "Sizes of it.toml")
    with pytest.raises(StudyError, match="cannot be read"):
        plan.read(tmp_path / "absent.toml")


def test_later_words_win(tmp_path: Path) -> None:
    found = read(GOOD, tmp_path)
    small, large = found.settings["small"], found.settings["large"]
    assert found.name == "sizes"
    assert small["task.name"] == "e2e"
    assert "generate.beam.size" not in small
    assert (large["expression.name"], large["generate.beam.size"]) == ("template", "16")
    assert small["generate.split"] == large["generate.split"] == "validation"
    assert (small["compute.threads"], large["compute.threads"]) == ("1", "2")
    assert small["model.gpt.dropout"] == large["model.gpt.dropout"] == "0.2"  # the experiments say 0.1
    loaded = overrides.load(large)
    assert loaded.optimizer.params.betas == (0.9, 0.99)
    assert loaded.model.params.dropout == 0.2


STUDIES = sorted((ROOT / "studies").glob("*.toml"))


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_committed_studies_are_right(path: Path) -> None:
    text = path.read_text("utf-8")
    if any(f"strategy.name={name}" in text and name not in STRATEGIES for name in ("rule", "retrieval")):
        pytest.skip("a strategy that the study needs is not there")
    found = plan.read(path)
    assert found.settings[found.layout.reference]["generate.split"] == found.layout.split


def test_there_is_a_study() -> None:
    assert STUDIES
