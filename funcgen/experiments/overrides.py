"""Overrides of params.yaml, key=value each: those of experiments/, what they say together, and params.yaml with them."""

from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path
from typing import Any

from funcgen import params
from funcgen.errors import ParameterError
from funcgen.sections import yaml_text

EXPERIMENTS = Path("experiments")


def experiment_overrides(experiment: str) -> list[str]:
    """The overrides in experiments/EXPERIMENT.txt; raises ParameterError where there is none."""
    path = EXPERIMENTS / f"{experiment}.txt"
    if not path.is_file():
        raise ParameterError(f"there is no {path}; {params.near(experiment, sorted(found.stem for found in EXPERIMENTS.glob('*.txt')))}")
    return [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]


def settings_of(overrides: Iterable[str]) -> dict[str, str]:
    """Overrides as values by dotted key, of a key's several the last; raises ParameterError."""
    settings: dict[str, str] = {}
    for override in overrides:
        key, sign, value = override.partition("=")
        if not sign or not key.strip() or key != key.strip():
            raise ParameterError(f"override {override!r}: must be key=value, with a dotted key of params.yaml")
        settings[key] = value
    return settings


def load(settings: dict[str, str]) -> params.Params:
    """params.yaml with other values in place of its own, checked; raises ParameterError."""
    return changed(params.read_document(params.PATH), settings)


def changed(document: params.Document, settings: dict[str, str]) -> params.Params:
    """The same for a params.yaml that was read, which stays as it is."""
    document = params.Document(document.path, deepcopy(document.root))
    known = params.flatten(document.root)
    for key, value in settings.items():
        if key not in known:
            beside = [name for name in known if name.split(".")[0] == key.split(".")[0]]
            allowed = params.near(key, beside or sorted({name.split(".")[0] for name in known}))
            raise ParameterError(f"override {key}={value}: params.yaml has no {key}; {allowed}")
        node: Any = document.root
        *sections, last = key.split(".")
        for section in sections:
            node = node[section]
        try:
            node[last] = yaml_text.read(value, "safe")
        except ValueError as error:
            raise ParameterError(f"override {key}={value}: the value {error}") from error
    return params.parse(document)
