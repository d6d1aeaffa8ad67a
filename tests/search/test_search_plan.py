"""A search's file: what is refused, that the committed ones are allowed, and what trials belong together."""

from pathlib import Path

import pytest

from funcgen import params
from funcgen.errors import SearchError
from funcgen.search import plan
from funcgen.search.space import Parameter, Space
from tests.search.standin import TEXT, search

ROOT = Path(__file__).parent.parent.parent

WRONG = {
    "unknown key": ("title =", "titel =", "titel: unknown key; did you mean title?"),
    "unknown sampler": ('"quasi_random"', '"random"', "sampler: did you mean quasi_random? allowed: quasi_random, tpe"),
    "unknown pruner": ('"none"', '"hyperband"', "pruner: allowed: none, median, successive_halving"),
    "unknown metric": ('"validation_loss"', '"bleu"', "metric: allowed: validation_loss"),
    "no trials": ("trials = 12", "trials = 0", "trials: must be greater than or equal to 1"),
    "unknown experiment": ("seed = 3", 'seed = 3\nexperiment = "e2f"', "there is no experiments/e2f.txt; did you mean e2e?"),
    "no override": ('"train.max_steps=80"', '"train.max_steps"', "must be key=value"),
    "unknown override": ("train.max_steps=80", "train.max_step=80", "params.yaml has no train.max_step; did you mean train.max_steps?"),
    "override of what is searched": ("train.max_steps=80", "train.batch_size=8", "overrides: train.batch_size is searched"),
    "an end that is not allowed": ("high = 0.3", "high = 0.3, integer = 3", "weight_decay.integer: must be a boolean"),
    "an end that params.yaml refuses": ("low = 0.0, high = 0.3", "low = -1.0, high = 0.3", "must be greater than or equal to 0"),
    "no network": ("train.max_steps=80", "strategy.name=retrieval", "metric: strategy.name retrieval trains no network"),
    "steps that differ": (
        'pruner = "none"',
        'pruner = "median"\n',
        "pruner: median sees no loss before the end, as train.validate_every (80) is not below train.max_steps (80)",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_mistakes_are_named(tmp_path: Path, case: str) -> None:
    old, new, said = WRONG[case]
    assert old in TEXT
    text = TEXT.replace(old, new, 1)
    if case == "steps that differ":
        text = text.replace("validate_every=10", "validate_every=80")
    if case == "no network":
        text = text.replace('"schedule', '"expression.name=template", "schedule')
    path = tmp_path / "test.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SearchError) as caught:
        plan.read(path)
    assert said in str(caught.value)
    assert all(line.startswith(str(path)) for line in str(caught.value).splitlines())


def test_a_pruner_needs_equal_steps(tmp_path: Path) -> None:
    path = tmp_path / "test.toml"
    text = TEXT.replace('"none"', '"median"').replace('"train.validate_every=10", ', "")
    path.write_text(text + '"train.validate_every" = { choices = [10, 20] }\n', "utf-8")
    with pytest.raises(SearchError, match=r"which it cannot where train\.validate_every is searched; choose none"):
        plan.read(path)


@pytest.mark.parametrize("path", sorted((ROOT / "searches").glob("*.toml")), ids=lambda path: path.stem)
def test_the_searches_of_the_project_are_allowed(path: Path) -> None:
    assert plan.read(path).layout.trials >= 8


def test_a_file_declares_its_space(tmp_path: Path) -> None:
    path = tmp_path / "one.toml"
    start = TEXT[: TEXT.index("[parameters]")]
    path.write_text(start + '[parameters]\n"optimizer.adamw.learning_rate" = { low = 0.0003, high = 0.03, log = true }\n', "utf-8")
    assert plan.read(path).space == Space((Parameter("optimizer.adamw.learning_rate", low=0.0003, high=0.03, log=True),))
    for content, said in (("[", "is not TOML"), (start, "parameters: is missing"), (f"parameters = 3\n{start}", "parameters: ")):
        path.write_text(content, "utf-8")
        with pytest.raises(SearchError, match=said):
            plan.read(path)
    with pytest.raises(SearchError, match="cannot be read"):
        plan.read(tmp_path / "none.toml")


def test_a_name_is_fit_for_an_experiment(tmp_path: Path) -> None:
    with pytest.raises(SearchError, match="its name must be lower-case letters and digits, joined by hyphens"):
        plan.read(tmp_path / "A search.toml")


def test_what_trials_come_from_has_one_key(tmp_path: Path) -> None:
    """More trials, another title and best values that were written into params.yaml make no other search; all else does."""
    first = plan.key(search())
    assert plan.key(search(trials="50", title='"Another"')) == first
    others = [plan.key(search(seed="4")), plan.key(search(pruner='"median"')), plan.key(search("other"))]
    assert others[2] == first, "the name is the study's, not the key's"
    assert first not in others[:2]
    assert others[0] != others[1]


def test_the_key_follows_params_and_not_what_is_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = search()
    values = params.values()
    first = plan.key(found)
    for name, other, same in (
        ("optimizer.adamw.learning_rate", 0.1, True),
        ("optimizer.adamw.epsilon", 0.1, False),
        ("optimizer.lamb.learning_rate", 0.1, True),
        ("evaluate.seed", 7, True),
        ("task.assistant.seed", 7, False),
    ):
        monkeypatch.setattr(params, "values", lambda name=name, other=other: {**values, name: other})
        assert (plan.key(found) == first) == same, name
