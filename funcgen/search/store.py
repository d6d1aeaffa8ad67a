"""Where a search keeps its trials: an Optuna study in search.db, an SQLite file beside the tracking store.

A trial is added in one piece when it has ended, so that whatever kills the search leaves whole trials and nothing else.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from funcgen.artifacts import main_repository
from funcgen.errors import SearchError
from funcgen.resumption.locks import holding
from funcgen.search.plan import Search
from funcgen.search.proposals import frozen
from funcgen.search.trial import Outcome, Trial

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial

SHOWN = 12
"""Letters of the key that are in a study's name; an attribute holds all of it."""


class Store:
    """The trials of a search, and of nothing that has another key. Raises SearchError."""

    def __init__(self, search: Search, key: str) -> None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self.search = search
        self.path = database()
        with answering(self.path):
            make(self.path)
            storage = optuna.storages.RDBStorage(f"sqlite:///{self.path}")
            name = f"{search.name}-{key[:SHOWN]}"
            known = [other for other in optuna.get_all_study_names(storage) if other.rpartition("-")[0] == search.name]
            self.others = sorted(set(known) - {name})
            self.study = optuna.create_study(storage=storage, study_name=name, direction="minimize", load_if_exists=True)
            self.study.set_user_attr("key", key)

    def trials(self) -> dict[int, Trial]:
        """Every trial that has ended, by its number and in that order; of several of one number the last."""
        with answering(self.path):
            found = [thawed(one) for one in self.study.get_trials(deepcopy=False)]
        latest = {trial.number: trial for trial in found}
        return {number: latest[number] for number in sorted(latest)}

    def add(self, trial: Trial) -> None:
        """Keep a trial that has ended."""
        with answering(self.path):
            self.study.add_trial(frozen(self.search, trial))


def database() -> Path:
    """The file, at the root of the main repository."""
    return main_repository().resolve() / "search.db"


def make(path: Path) -> None:
    """Make an empty store and rename it into place, under a lock: Optuna's own first use is not safe to kill."""
    from optuna.storages import RDBStorage

    if path.exists():
        return
    with holding(path.with_suffix(".db.lock")):
        if path.exists():
            return
        new = path.with_suffix(".db.tmp")
        new.unlink(missing_ok=True)
        storage = RDBStorage(f"sqlite:///{new}")
        storage.remove_session()
        storage.engine.dispose()
        new.replace(path)


@contextlib.contextmanager
def answering(path: Path) -> Iterator[None]:
    """Turn the errors of a store that cannot be used into SearchError."""
    from optuna.exceptions import OptunaError
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (OptunaError, SQLAlchemyError, OSError, RuntimeError) as error:  # RuntimeError: of a store of another version
        said = str(error).splitlines()[0]
        raise SearchError(
            f"{path}: the store of searches cannot be used: {said}; see that there is room on its disk, or move it away to start with none"
        ) from error


def thawed(found: "FrozenTrial") -> Trial:
    """A trial as it was before `frozen`."""
    kept = found.user_attrs
    state = {"COMPLETE": "complete", "PRUNED": "pruned", "FAIL": "failed"}[found.state.name]
    return Trial(
        number=kept["number"],
        point=kept["point"],
        outcome=Outcome(state, kept["loss"], kept["step"], kept["reason"]),  # type: ignore[arg-type]
        seconds=kept["seconds"],
        curve=found.intermediate_values,
        marks=found.system_attrs,
    )
