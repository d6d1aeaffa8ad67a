"""Strategies: ways to choose an expression for an input."""

from collections.abc import Mapping

from funcgen.protocols import Strategy
from funcgen.strategies import distilled, ensemble, model, retrieval, rule

STRATEGIES: Mapping[str, Strategy] = {
    "model": model,
    "ensemble": ensemble,
    "distilled": distilled,
    "retrieval": retrieval,
    "rule": rule,
}
NETWORKS = ("model", "ensemble", "distilled")
"""Those that train a network."""
