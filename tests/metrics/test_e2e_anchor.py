"""The scorer proves itself on published system outputs: TGen on the E2E challenge's test set, mean of five runs 66.4 BLEU."""

import csv
import tarfile
from pathlib import Path

import pytest

from funcgen.metrics import bleu
from funcgen.scoring import Scoring
from funcgen.scoring.scorecard import scorecard
from funcgen.sections import Evaluate
from tests import real_data

CHALLENGE = Scoring(lowercase=True, tokenizer="13a")
RUNS = [f"system-outputs/train-orig_test-orig/tgen-std.run{run}.txt" for run in range(5)]


@pytest.fixture(scope="module")
def data() -> Path:
    """The folder with e2e_nlg and e2e_baseline_outputs, which are not part of the repository."""
    return real_data.folder("e2e_baseline_outputs/system-outputs.tar.xz", "e2e_nlg/testset_w_refs.csv")


@pytest.fixture(scope="module")
def references(data: Path) -> list[list[str]]:
    """The references of each meaning representation, in the order in which the file first shows them."""
    groups: dict[str, list[str]] = {}
    with (data / "e2e_nlg/testset_w_refs.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            groups.setdefault(row["mr"], []).append(row["ref"])
    return list(groups.values())


@pytest.fixture(scope="module")
def runs(data: Path) -> list[list[str]]:
    """The texts of each run, one for each meaning representation."""
    found = []
    with tarfile.open(data / "e2e_baseline_outputs/system-outputs.tar.xz") as archive:
        for name in RUNS:
            file = archive.extractfile(name)
            assert file is not None
            found.append(file.read().decode("utf-8").splitlines())
    return found


def corpus_bleu(hypotheses: list[str], references: list[list[str]], scoring: Scoring) -> float:
    return bleu.scores(bleu.statistics(hypotheses, references, scoring).sum(axis=0))["bleu"]


def test_tgen_gets_its_published_score(runs: list[list[str]], references: list[list[str]]) -> None:
    assert [len(run) for run in runs] == [len(references)] * 5 == [630] * 5
    found = [corpus_bleu(run, references, CHALLENGE) for run in runs]
    assert sum(found) / 5 == pytest.approx(66.41, abs=0.005)


def test_wrong_conventions_do_not(runs: list[list[str]], references: list[list[str]]) -> None:
    assert corpus_bleu(runs[0], references, Scoring(lowercase=False, tokenizer="13a")) == pytest.approx(62.34, abs=0.005)
    assert corpus_bleu(runs[0], [right[:1] for right in references], CHALLENGE) == pytest.approx(32.33, abs=0.005)


def test_interval_is_as_wide_as_others_found(runs: list[list[str]], references: list[list[str]]) -> None:
    """1.05 to 1.8 BLEU to each side, over systems."""
    card = scorecard(runs[0], references, CHALLENGE, Evaluate(bootstrap_samples=1000, confidence=0.95, seed=1))
    interval = card.scores["bleu"]
    assert interval["score"] == 66.16
    assert 1.05 < (interval["high"] - interval["low"]) / 2 < 1.8
    assert interval["low"] < interval["score"] < interval["high"]
