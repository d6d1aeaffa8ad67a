"""The next point of a search, and whether a running trial is worth going on with: by Optuna (Akiba et al. 2019).

Both are functions of the search and of the trials before, so that a search that was killed goes on with the very points that it would
have had. Optuna's own sampler states live in processes; here each proposal has a study in memory and a seed of its own.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from funcgen.search.plan import Search
from funcgen.search.space import Parameter, Point, Value, quasi_random, text
from funcgen.search.trial import Trial

if TYPE_CHECKING:
    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.pruners import BasePruner
    from optuna.samplers import BaseSampler
    from optuna.trial import FrozenTrial

FIRST = 8
"""Points that TPE (Bergstra et al. 2011) takes from the evenly spread ones before it has something to learn from."""
MEDIAN_AFTER = 4
"""Complete trials without which there is no median to be better than."""
HALVINGS = 3
"""Successive halving (Li et al. 2020) compares after an eighth, a quarter and a half of the steps."""
SEEDS = 2**32


def propose(search: Search, number: int, before: Iterable[Trial]) -> Point:
    """The point of trial `number`, which counts from 1, after the trials `before`."""
    if search.layout.sampler == "quasi_random" or number <= FIRST:
        return quasi_random(search.space, number, search.layout.seed)[-1]
    from optuna.samplers import TPESampler

    seed = (search.layout.seed * 1_000_003 + number) % SEEDS
    study = in_memory(search, before, TPESampler(n_startup_trials=1, seed=seed))
    asked = study.ask(distributions(search))
    return {one.path: decoded(one, asked.params[one.path]) for one in search.space.parameters}


class Judge:
    """Optuna's pruner over one running trial, whose validation losses it is told as they come."""

    def __init__(self, search: Search, before: Iterable[Trial], point: Point) -> None:
        self.study = in_memory(search, before, None)
        self.study.enqueue_trial(encoded(search, point))
        self.trial = self.study.ask(distributions(search))
        self.curve: dict[int, float] = {}
        self.last = search.max_steps

    def stop(self, step: int, loss: float) -> bool:
        """Whether the trial should end at this step, which it has not been told before; at its last step it has ended anyway."""
        self.curve[step] = loss
        self.trial.report(loss, step)
        return step < self.last and bool(self.trial.should_prune())

    def marks(self) -> dict[str, Any]:
        """What the pruner noted of the trial, for those that come after it."""
        found = self.study.trials[-1].system_attrs
        return {name: value for name, value in found.items() if name.startswith("completed_rung_")}


def in_memory(search: Search, before: Iterable[Trial], sampler: "BaseSampler | None") -> "Study":
    """A study of the trials before."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="minimize", sampler=sampler or optuna.samplers.RandomSampler(seed=0), pruner=pruner(search))
    study.add_trials([frozen(search, trial) for trial in before])
    return study


def pruner(search: Search) -> "BasePruner":
    """The pruner that the search names; none stops a trial before an eighth of its steps."""
    from optuna import pruners

    eighth = max(1, search.max_steps // 2**HALVINGS)
    if search.layout.pruner == "median":
        return pruners.MedianPruner(n_startup_trials=MEDIAN_AFTER, n_warmup_steps=eighth)
    if search.layout.pruner == "successive_halving":
        return pruners.SuccessiveHalvingPruner(min_resource=eighth, reduction_factor=2)
    return pruners.NopPruner()


def distributions(search: Search) -> "dict[str, BaseDistribution]":
    """The space as Optuna has it; choices are told apart by their text."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    def of(parameter: Parameter) -> "BaseDistribution":
        if parameter.low is None or parameter.high is None:
            return CategoricalDistribution([text(choice) for choice in parameter.choices or ()])
        if parameter.integer:
            return IntDistribution(int(parameter.low), int(parameter.high), log=parameter.log)
        return FloatDistribution(parameter.low, parameter.high, log=parameter.log)

    return {parameter.path: of(parameter) for parameter in search.space.parameters}


def encoded(search: Search, point: Point) -> dict[str, Any]:
    """A point as Optuna has it."""
    return {one.path: text(point[one.path]) if one.choices else point[one.path] for one in search.space.parameters}


def decoded(parameter: Parameter, value: Value) -> Value:
    """A value of Optuna's, with few digits, or the choice that its text stands for."""
    if parameter.choices is None:
        return parameter.rounded(value)
    return next(choice for choice in parameter.choices if text(choice) == value)


def frozen(search: Search, trial: Trial) -> "FrozenTrial":
    """A trial as Optuna has it; `funcgen.search.store` reads it back from the attributes."""
    from optuna.trial import TrialState, create_trial

    outcome = trial.outcome
    states = {"complete": TrialState.COMPLETE, "pruned": TrialState.PRUNED, "failed": TrialState.FAIL}
    return create_trial(
        state=states[outcome.state],
        value=outcome.loss if outcome.state == "complete" else None,
        params=encoded(search, trial.point),
        distributions=distributions(search),
        user_attrs={
            "number": trial.number,
            "point": trial.point,
            "loss": outcome.loss,
            "step": outcome.step,
            "reason": outcome.reason,
            "seconds": trial.seconds,
        },
        system_attrs=dict(trial.marks),
        intermediate_values=dict(trial.curve),
    )
