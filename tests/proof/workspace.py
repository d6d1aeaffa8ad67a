"""A whole run, made by hand in a second: every artifact that the stages write, their links, and the dvc.lock that DVC writes of them."""

import contextlib
import shutil
from dataclasses import replace
from pathlib import Path

from ruamel.yaml import YAML

from funcgen import params
from funcgen.artifacts import EXAMPLES, GENERATIONS, GENERATIONS_SCHEMA, METRICS, SPLITS, write_json, write_text
from funcgen.generation.texts import counts
from funcgen.generation.writing import Written
from funcgen.protocols import Generation
from funcgen.provenance import finish, start
from funcgen.scoring.evaluation import evaluation
from funcgen.storage.examples import write_examples
from funcgen.storage.tables import write_parquet
from tests.project import ROOT
from tests.reports import repository
from tests.reports.repository import Repository, dvc

INPUTS, TEXTS = repository.INPUTS[:12], repository.HALF[:12]
STAGES = ("ingest", "tokenize", "pretrain", "train", "generate", "evaluate")
SMALL = {"name: assistant": "name: e2e", "bootstrap_samples: 1000": "bootstrap_samples: 100"}
KEPT = ("funcgen/errors.py", "funcgen/tasks/${task.name}.py", "stages/")
"""Code that the graph here names; the real one names hundreds of files."""
PLAIN = (
    "data/raw/README.md",
    "data/raw/own/more.csv",
    "data/reviewed/README.md",
    "data/rejected.parquet",
    "models/expression/inventory.json",
    "models/tokenizer/tokenizer.json",
    "models/tokenizer/tokenizer_config.json",
    "data/tokens/train.parquet",
    "models/pretrained/model.safetensors",
    "models/trained/model.safetensors",
    "models/trained/text/model.safetensors",
    "metrics/ingest.json",
    "metrics/tokenize.json",
    "metrics/pretrain.json",
    "metrics/train.json",
    "metrics/plots/learning_curve.csv",
    "metrics/plots/pretraining_curve.csv",
)
"""Files that hold `{}` here, as nothing reads more of them than their bytes."""
DERIVED = ("evaluate", "baselines", "signatures", "generate")
OWN = "data/raw/own.csv"
"""Somebody's own data, which DVC keeps: own.csv.dvc lies beside it."""
ARTIFACTS = (
    OWN,
    f"{OWN}.dvc",
    *PLAIN,
    *(f"{EXAMPLES}/{split}.parquet" for split in SPLITS),
    str(GENERATIONS),
    *(f"{METRICS}/{name}.json" for name in DERIVED),
)
LINKS = tuple(f"metrics/provenance/{stage}.json" for stage in STAGES)
CODE = ("funcgen/errors.py", "funcgen/tasks/e2e.py", "funcgen/corpora/pairs.py", *(f"stages/{stage}.py" for stage in STAGES))


def graph() -> str:
    """The project's dvc.yaml with less code."""
    yaml = YAML(typ="rt", pure=True)
    found = yaml.load((ROOT / "dvc.yaml").read_text("utf-8"))
    for entry in found["stages"].values():
        entry["deps"] = [path for path in entry["deps"] if not path.endswith(".py") or path.startswith(KEPT)]
    path = Path("dvc.yaml")
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(found, file)
    return path.read_text("utf-8")


def write() -> None:
    """Write everything, in the working directory, which is a repository of DVC."""
    text = (ROOT / "params.yaml").read_text("utf-8")
    for old, new in SMALL.items():
        assert old in text, old
        text = text.replace(old, new)
    params.PATH.write_text(text, "utf-8")
    for folder in ("funcgen", "stages"):
        shutil.copytree(ROOT / folder, folder, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    shutil.copyfile(ROOT / ".dvcignore", ".dvcignore")
    graph()
    for name in PLAIN:
        write_text(Path(name), "{}\n")
    for split in SPLITS:
        write_examples(EXAMPLES / f"{split}.parquet", [replace(one, split=split) for one in INPUTS])
    texts = [
        Written(Generation(one.id, said, 7, -1.0, True, alternatives=("No.",)), said, None, ("No.",)).row(abstained=False)
        for one, said in zip(INPUTS, TEXTS, strict=True)
    ]
    write_parquet(GENERATIONS, texts, GENERATIONS_SCHEMA)
    found = params.load()
    numbers = evaluation(found.task, found.evaluate, "test", INPUTS, texts, INPUTS, None)
    for name, content in {**numbers, "generate": {**counts(texts), "unfinished": 3}}.items():
        write_json(METRICS / f"{name}.json", content)
    for stage in STAGES:
        finish(start(stage))


def make(root: Path) -> Repository:
    """The run in a repository of git and DVC, committed."""
    repository = Repository(root)
    repository.start()
    with contextlib.chdir(root):
        write_text(Path(OWN), "source,target\na,b\n")
        with dvc() as repo:
            repo.add([OWN])
        write()
        with dvc() as repo:
            repo.commit(force=True)
    repository.commit("a run")
    return repository
