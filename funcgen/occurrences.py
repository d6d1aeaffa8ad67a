"""Digests in any number, at 16 bytes each: which of them repeat one."""

import numpy as np
from numpy.typing import NDArray

WIDTH = 16
"""Bytes of a digest: of millions, no two are equal by chance."""


class Digests:
    """Digests in the order in which they are appended."""

    def __init__(self) -> None:
        self.content = bytearray()

    def append(self, digest: bytes) -> None:
        """Append one of WIDTH bytes."""
        self.content += digest

    def array(self) -> NDArray[np.void]:
        """All of them; as long as there is such an array, none can be appended."""
        return np.frombuffer(self.content, np.dtype((np.void, WIDTH)))

    def first(self) -> NDArray[np.bool_]:
        """For each, whether none before it is equal."""
        mask = np.zeros(len(self.content) // WIDTH, bool)
        mask[np.unique(self.array(), return_index=True)[1]] = True
        return mask

    def codes(self) -> NDArray[np.int64]:
        """For each a number, the same for equal ones alone."""
        return np.unique(self.array(), return_inverse=True)[1].astype(np.int64)
