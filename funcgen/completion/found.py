"""What is found behind a prompt."""

from typing import NamedTuple


class Found(NamedTuple):
    """Tokens up to the end token, which is kept, or to the limit; and what the model says of them, without temperature, cuts or grammar."""

    tokens: tuple[int, ...]
    log_probability: float
