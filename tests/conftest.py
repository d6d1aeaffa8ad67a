"""Import funcgen before any test imports torch: it sets what torch reads then, without which threads on busy cores spin for minutes."""

import funcgen  # noqa: F401
