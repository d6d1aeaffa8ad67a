"""What people look at first in `mlflow ui`, as saved views of the experiment (the button Views): scores beside the parameters that matter,
and learning curves over each other.

MLflow keeps a saved view as a tag of the experiment: an envelope with name, time and, as JSON, the state of its page. That format is of
MLflow 3's page; one that reads another shows its usual columns. Runs have the colour of their optimizer, where MLflow would take one of
a few at random.
"""

import itertools
import json
from collections.abc import Mapping, Sequence
from typing import Any

from funcgen import tracking
from funcgen.optimizers import OPTIMIZERS

TAG = "mlflow.sharedViewState."
COLOUR = "mlflow.runColor"
COLOURS = ("#2361ae", "#c2410c", "#15803d", "#9333ea", "#0e7490", "#be185d", "#525b6b", "#b45309", "#4d7c0f")
LATEST = 1000
"""Runs that are given a colour, unless they have one."""
BEGINNING = 1767225600000
"""The views' time of creation, milliseconds: their order in the menu, and no more."""
SETTINGS = ("strategy.name", "expression.name", "model.name", "optimizer.name", "train.seed")
SCORES = ("bleu.score", "slot_error.score", "cpu_seconds")
CURVES = ("validation_loss", "learning_rate")


def keep() -> str:
    """Have the experiment show the views, as they are now; the experiment's id. Raises TrackingError."""
    mlflow = tracking.client()
    colours = dict(zip(OPTIMIZERS, itertools.cycle(COLOURS), strict=False))
    with tracking.answering():
        experiment = mlflow.get_experiment_by_name(tracking.EXPERIMENT)
        assert experiment is not None  # client() made it
        for key, value in tags().items():
            mlflow.set_experiment_tag(experiment.experiment_id, key, value)
        for run in mlflow.search_runs([experiment.experiment_id], max_results=LATEST, order_by=["attributes.start_time DESC"]):
            colour = colours.get(run.data.params.get("optimizer.name", ""))
            if colour and COLOUR not in run.data.tags:
                mlflow.set_tag(run.info.run_id, COLOUR, colour)
    return str(experiment.experiment_id)


def tags() -> dict[str, str]:
    """The tags of the experiment."""
    views = {"scores": ("Scores", scores()), "curves": ("Learning curves", curves())}
    return {
        TAG + key: json.dumps({"name": name, "createdAt": BEGINNING + number, "updatedAt": BEGINNING + number, "state": json.dumps(state)})
        for number, (key, (name, state)) in enumerate(views.items())
    }


def scores() -> dict[str, Any]:
    """A table of evaluate runs, best BLEU first."""
    columns = [*columns_of("params", SETTINGS), *columns_of("metrics", SCORES)]
    return {**runs_of("evaluate"), "orderByKey": columns_of("metrics", SCORES)[0], "orderByAsc": False, "selectedColumns": columns}


def curves() -> dict[str, Any]:
    """Validation loss and learning rate of train runs over the steps, a line each run."""
    section = {"uuid": "curves", "name": "Learning curves", "display": True, "isReordered": False, "columns": 1, "cardHeight": 420}
    charts = [
        {
            "uuid": name,
            "type": "LINE",
            "metricSectionId": section["uuid"],
            "displayName": name,
            "metricKey": name,
            "selectedMetricKeys": [name],
            "runsCountToCompare": 100,
            "deleted": False,
            "isGenerated": False,
            "lineSmoothness": 0,
            "xAxisKey": "step",
            "selectedXAxisMetricKey": "",
            "xAxisScaleType": "linear",
            "yAxisKey": "metric",
            "yAxisExpressions": [],
            "scaleType": "linear",
            "range": {},
            "ignoreOutliers": False,
            "useGlobalXaxisKey": True,
            "useGlobalLineSmoothing": True,
        }
        for name in CURVES
    ]
    shown = {"compareRunCharts": charts, "compareRunSections": [section], "runsHiddenMode": "FIRST_20_RUNS"}
    columns = columns_of("params", ("optimizer.name", "train.seed"))
    return {**runs_of("train"), "orderByKey": "attributes.start_time", "orderByAsc": False, "selectedColumns": columns, **shown}


def runs_of(stage: str) -> Mapping[str, Any]:
    """The part of a page's state that says which runs it shows: those of a stage."""
    return {
        "searchFilter": f"attributes.run_name LIKE '{stage}%'",
        "startTime": "ALL",
        "lifecycleFilter": "Active",
        "datasetsFilter": [],
        "modelVersionFilter": "All Runs",
    }


def columns_of(kind: str, names: Sequence[str]) -> list[str]:
    """Columns as MLflow names them."""
    return [f"{kind}.`{name}`" for name in names]
