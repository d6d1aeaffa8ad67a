"""Strategies: ways to choose an expression for an input."""

from collections.abc import Mapping

from funcgen.protocols import Strategy
from funcgen.strategies import model, retrieval, rule

STRATEGIES: Mapping[str, Strategy] = {
    "model": model,
    "retrieval": retrieval,
    "rule": rule,
}
