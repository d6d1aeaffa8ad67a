"""From cells to verdicts: planted differences are found, equal optimizers are equivalent, failures are shown, and times are medians."""

import json
from dataclasses import replace

import pytest

from funcgen.comparisons import cells, results
from funcgen.comparisons.cells import Cell
from funcgen.comparisons.outcomes import Outcome
from funcgen.comparisons.plan import Comparison
from funcgen.comparisons.results import BLEU, LOSS, plain
from funcgen.comparisons.verdicts import Word
from tests.comparisons.samples import NOISE, comparison, contest, outcome, usual


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    return comparison(tmp_path_factory.mktemp("plan"))


def test_planted_differences_are_found_and_equal_ones_are_equivalent(plan: Comparison) -> None:
    result = contest(plan, usual)
    words: dict[str, Word] = {row.optimizer: row.verdicts[LOSS].word for row in result.rows if row.verdicts}
    assert words == {"sgd": "worse", "schedule_free_adamw": "equivalent"}
    assert result.row("gpt", "sgd").verdicts[BLEU].word == "worse"
    assert [row.optimizer for row in result.rows if not row.verdicts] == ["adamw", "adamw"]
    assert [(check.verdict.word, check.holds) for check in result.checks] == [("equivalent", True), ("worse", True)] * 2


def test_one_that_is_better_is_found(plan: Comparison) -> None:
    def ahead(cell: Cell) -> float | None:
        loss = usual(cell)
        return loss and loss - (0.5 if cell.optimizer == "schedule_free_adamw" and cell.kind == "final" else 0)

    row = contest(plan, ahead).row("rnn", "schedule_free_adamw")
    assert {verdict.word for verdict in row.verdicts.values()} == {"better"}
    assert row.reached == 5


def test_a_bad_rate_that_is_not_bad_fails_the_check(plan: Comparison) -> None:
    def harmless(cell: Cell) -> float | None:
        return 2.0 + NOISE[cell.seed] if cell.kind in ("bad", "again", "default") else usual(cell)

    result = contest(plan, harmless)
    assert [check.holds for check in result.checks] == [True, False] * 2


def test_numbers_of_a_row(plan: Comparison) -> None:
    row = contest(plan, usual).row("gpt", "adamw")  # its losses are 2.0 with noise: 2.5 is reached at step 300 or 400
    mean = row.means[LOSS]
    assert mean
    assert mean.mean == pytest.approx(2.0)
    assert mean.n == 5
    assert (row.reached, row.steps_to_target, row.seconds_to_target) == (5, 400, 40.0)
    assert (row.state_bytes, row.parameters, row.tuning_seconds) == (8_000, 1_000, 200.0)
    assert row.chosen == plan.points["adamw"][0]
    assert [loss for _, loss in row.trials] == pytest.approx([2.1, 2.2, 2.3, 2.4])
    assert [point["step"] for point in row.curve] == [100, 200, 300, 400]
    assert all(point["low"] <= point["mean"] <= point["high"] for point in row.curve)


def test_a_miss_is_infinite(plan: Comparison) -> None:
    def slow(cell: Cell) -> float | None:
        return 2.6 if cell.kind == "final" and cell.seed <= 3 and cell.optimizer == "sgd" else usual(cell)

    row = contest(plan, slow).row("gpt", "sgd")
    assert (row.reached, row.steps_to_target, row.seconds_to_target) == (2, None, None)
    assert results.median([100, None, 200]) == 200
    assert results.median([100, None, None]) is None


def test_failed_runs_count_as_misses_and_stop_no_other(plan: Comparison) -> None:
    def failing(cell: Cell) -> float | None:
        return None if cell.optimizer == "sgd" and cell.kind == "final" and cell.seed != 1 else usual(cell)

    result = contest(plan, failing)
    row = result.row("gpt", "sgd")
    assert row.verdicts[LOSS].word == "worse"
    assert row.verdicts[LOSS].failed == 4
    assert row.steps_to_target is None
    assert "gpt-sgd-s2" in result.failed
    assert result.row("gpt", "adamw").reached == 5


def test_an_optimizer_without_a_trial_that_ended_is_worse(plan: Comparison) -> None:
    def hopeless(cell: Cell) -> float | None:
        return None if cell.optimizer == "sgd" and cell.kind == "trial" else usual(cell)

    row = contest(plan, hopeless).row("rnn", "sgd")
    assert row.chosen is None
    assert row.verdicts[LOSS].word == "worse"
    assert row.means[LOSS] is None


def test_defaults_are_of_the_first_seeds(plan: Comparison) -> None:
    result = contest(plan, usual)
    assert result.row("gpt", "sgd").default_failed == 1
    one = result.row("gpt", "adamw").default
    assert one
    assert one.n == 2


def test_cells_are_equal_but_for_what_is_compared(plan: Comparison) -> None:
    found = [*cells.checks(plan), *cells.trials(plan), *cells.defaults(plan)]
    assert len({cell.experiment for cell in found}) == len(found)
    assert {cell.last for cell in found} == {"train"}
    again = {cell.seed: cell.settings for cell in found if cell.kind == "again" and cell.workload == "gpt"}
    default = {cell.seed: cell.settings for cell in found if (cell.kind, cell.workload, cell.optimizer) == ("default", "gpt", "adamw")}
    assert again == default
    trials = [cell for cell in found if cell.kind == "trial"]
    assert {cell.seed for cell in trials} == {100}
    assert len(trials) == 2 * 3 * 4
    assert next(cell for cell in trials if "schedule-free" in cell.name).setting("schedule.name") == "constant"
    chosen = results.choose(plan, {cell: outcome(2.0) for cell in trials})
    finals = list(cells.finals(plan, chosen))
    assert {cell.last for cell in finals} == {"evaluate"}
    assert all(cell.setting("train.seed") == cell.setting("pretrain.seed") == str(cell.seed) for cell in finals)


def test_the_sweep_sees_as_many_examples_at_each_batch_size(plan: Comparison) -> None:
    chosen = {("gpt", name): [f"optimizer.{name}.learning_rate=0.01"] for name in ("adamw", "sgd")}
    found = list(cells.batches(plan, chosen))
    assert len(found) == 2 * 2 * 2
    seen = {int(cell.setting("train.batch_size")) * int(cell.setting("train.max_steps")) for cell in found}
    assert seen == {32 * 400}
    rates = {cell.setting("optimizer.sgd.learning_rate") for cell in found if cell.optimizer == "sgd" and "b128" in cell.name}
    assert rates == {"0.01", "0.02"}  # twice as much at four times the size, and half of that
    assert {cell.setting("train.validate_every") for cell in found} == {"100", "25"}


def test_the_sweep_takes_the_best_factor(plan: Comparison) -> None:
    def by_factor(cell: Cell) -> float | None:
        return 2.0 + (0.1 if "-f1-" in cell.name else 0) if cell.kind == "batch" else usual(cell)

    result = contest(plan, by_factor)
    assert [(one.optimizer, one.size, one.steps) for one in result.batches] == [
        ("sgd", 32, 400),
        ("sgd", 128, 100),
        ("adamw", 32, 400),
        ("adamw", 128, 100),
    ]
    assert all(one.loss == 2.0 and len(one.tried) == 2 for one in result.batches)


def test_without_a_tracking_store_there_are_no_times(plan: Comparison) -> None:
    bare: Outcome = replace(outcome(2.0), spent={}, cost=None)
    found = dict.fromkeys((*cells.checks(plan), *cells.trials(plan)), bare)
    found |= dict.fromkeys(cells.finals(plan, results.choose(plan, found)), bare)
    row = results.summarize(plan, found, [], {}).row("gpt", "sgd")
    assert (row.steps_to_target, row.seconds_to_target, row.tuning_seconds) == (300, None, None)


def test_all_of_it_is_json(plan: Comparison) -> None:
    content = json.loads(json.dumps(plain(contest(plan, usual)), allow_nan=False))
    assert content["margin"] == {"validation_loss": 0.05, "bleu": 1.0}
    assert len(content["rows"]) == 6
    assert content["rows"][1]["values"]["validation_loss"]["1"] == pytest.approx(2.3114)
