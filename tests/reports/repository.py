"""A repository of git and DVC with states of a small run, written as stages write them: texts, examples, scores and links."""

import contextlib
import subprocess
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dvc.repo import Repo

from funcgen import params
from funcgen.artifacts import EXAMPLES, GENERATIONS, GENERATIONS_SCHEMA, METRICS, Example, Split, write_json
from funcgen.provenance import Link, digest, key_of, write_link
from funcgen.scoring.scorecard import by_slice, scorecard, slot_table
from funcgen.storage.examples import write_examples
from funcgen.storage.tables import write_parquet
from tests.project import ROOT, environment

SMALL = {"name: assistant": "name: e2e", "bootstrap_samples: 1000": "bootstrap_samples: 200"}


def example(i: int) -> Example:
    """An input of E2E's kind with two references, in a slice of every third."""
    texts = (f"Cafe {i} is by the riverside.", f"By the riverside there is Cafe {i}.")
    return Example(
        split="test",
        group=f"g{i}",
        source=f"name[Cafe {i}], area[riverside]",
        target=texts[0],
        origin="",
        arguments=(("name", f"Cafe {i}"), ("area", "riverside")),
        references=texts,
        slices=("third",) if i % 3 == 0 else ("other",),
        id=f"{i:04x}",
    )


INPUTS = tuple(example(i) for i in range(60))
RIGHT = tuple(one.target for one in INPUTS)
HALF = tuple(text if i % 2 else f"Cafe {i} is there." for i, text in enumerate(RIGHT))


@contextlib.contextmanager
def dvc() -> Iterator[Any]:
    """DVC's own interface, in this process, which is several times as fast as its command."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of pygtrie, by DVC's use of it
        with Repo() as repo:
            yield repo


@dataclass(frozen=True)
class State:
    """What a run holds; `changes` replace text of params.yaml."""

    texts: Sequence[str]
    inputs: Sequence[Example] = INPUTS
    split: Split = "test"
    changes: Mapping[str, str] = field(default_factory=dict)
    code: str = "1"
    rejected: int = 0
    expressions: Sequence[str] | None = None


@dataclass(frozen=True)
class Repository:
    """A folder that git and DVC keep."""

    root: Path

    def run(self, *command: str) -> str:
        """What a command prints, which must end well."""
        done = subprocess.run(command, cwd=self.root, env=environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def start(self) -> None:
        """Make the repository; its first commit is on main."""
        for command in ("init -q -b main", "config user.name test", "config user.email test@example.org"):
            self.run("git", *command.split())
        Repo.init(str(self.root)).close()
        for path, text in {"dvc.yaml": "stages: {}\n", "funcgen/code.py": "1", "data/.gitignore": ""}.items():
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text(text, "utf-8")
        self.commit("start")

    def commit(self, message: str) -> str:
        """Commit everything; the commit."""
        self.run("git", "add", "-A")
        self.run("git", "commit", "-q", "--allow-empty", "-m", message)
        return self.run("git", "rev-parse", "HEAD")

    def write(self, state: State) -> None:
        """Put a state into the workspace, its data into DVC's cache."""
        with contextlib.chdir(self.root):
            write(state)
            with dvc() as repo:
                repo.add([str(GENERATIONS), str(EXAMPLES / f"{state.split}.parquet")])

    def branch(self, name: str, state: State) -> str:
        """A branch from main with a state; the workspace is main's afterwards."""
        self.run("git", "checkout", "-q", "-b", name, "main")
        self.write(state)
        commit = self.commit(name)
        self.run("git", "checkout", "-q", "main")
        with contextlib.chdir(self.root), dvc() as repo:
            repo.checkout(force=True)
        return commit


def write(state: State) -> None:
    """Write what stages write, in the working directory."""
    text = (ROOT / "params.yaml").read_text("utf-8")
    for old, new in {**SMALL, "split: test  ": f"split: {state.split}  ", **state.changes}.items():
        assert old in text, old
        text = text.replace(old, new)
    params.PATH.write_text(text, "utf-8")
    Path("funcgen/code.py").write_text(state.code, "utf-8")
    expressions = state.expressions or state.texts
    generations: list[dict[str, Any]] = [
        {
            "id": one.id,
            "expression": expression,
            "hypothesis": said,
            "error": None if said else "no <text>",
            "n_tokens": 7,
            "log_probability": -1.0,
            "abstained": False,
            "alternatives": [],
        }
        for one, said, expression in zip(state.inputs, state.texts, expressions, strict=True)
    ]
    for path in (GENERATIONS, EXAMPLES / f"{state.split}.parquet"):
        path.unlink(missing_ok=True)  # DVC may have linked it to its cache
    write_parquet(GENERATIONS, generations, GENERATIONS_SCHEMA)
    write_examples(EXAMPLES / f"{state.split}.parquet", state.inputs)
    write_scores(state)
    write_links(state)


def write_scores(state: State) -> None:
    """Metrics as ingest, train, generate and evaluate write them."""
    found = params.load()
    task = found.task.module
    references = [one.references for one in state.inputs]
    checker = task.slot_checker(found.task.params)
    slots = [slot_table(checker, state.inputs, state.texts)] if checker else []
    scoring = task.scoring(found.task.params)
    card = scorecard(state.texts, references, scoring, found.evaluate, slots)
    slices = by_slice(state.texts, references, [one.slices for one in state.inputs], scoring, found.evaluate, slots)
    count = len(state.inputs)
    content: dict[str, dict[str, Any]] = {
        "evaluate": {**card.scores, "slices": slices},
        "signatures": {name: {**one, "split": state.split} for name, one in card.signatures.items()},
        "ingest": {"rows_in": count + state.rejected, "rows_rejected": state.rejected, "examples_test": count},
        "pretrain": {"parameters": 10, "steps": 0},
        "train": {"parameters": 1234567, "best_step": 500, "tokens": 99, "validation_loss": 1.5},
        "generate": {"texts": count, "tokens": 7 * count, "errors": 0, "unfinished": 0},
    }
    for name, one in content.items():
        write_json(METRICS / f"{name}.json", one)


def write_links(state: State) -> None:
    """A chain of three stages."""
    values = params.values()
    machine = {"python": "3.11.7", "packages": {"torch": "2.13.0"}}
    code = {"funcgen/code.py": digest(Path("funcgen/code.py"))}
    examples = EXAMPLES / f"{state.split}.parquet"

    def link(stage: str, names: Sequence[str], inputs: Sequence[Path], outputs: Sequence[Path], upstream: Mapping[str, str]) -> Link:
        used = {name: value for name, value in values.items() if name.split(".")[0] in names}
        digests = [{path.as_posix(): digest(path) for path in paths} for paths in (inputs, outputs)]
        made = Link(stage, used, code, digests[0], upstream, machine, outputs=digests[1])
        made = replace(made, key=key_of(made))
        write_link(made)
        return made

    first = link("ingest", ["ingest"], [], [examples], {})
    second = link("train", ["train", "schedule"], [examples], [], {"ingest": first.key})
    third = link("generate", ["generate"], [examples], [GENERATIONS], {"train": second.key})
    link("evaluate", ["evaluate"], [examples, GENERATIONS], [METRICS / "evaluate.json"], {"generate": third.key})
