"""Which digests repeat one, and which have several labels, against sets and dictionaries."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from funcgen.storage.occurrences import WIDTH, Digests

DIGESTS = st.lists(st.sampled_from([bytes(WIDTH), bytes([*bytes(WIDTH - 1), 1]), bytes([1, *bytes(WIDTH - 1)]), b"\xff" * WIDTH]))


@given(DIGESTS | st.lists(st.binary(min_size=WIDTH, max_size=WIDTH)))
def test_repeats_are_found(content: list[bytes]) -> None:
    digests = Digests()
    for digest in content:
        digests.append(digest)
    assert digests.first().tolist() == [digest not in content[:place] for place, digest in enumerate(content)]


@given(st.lists(st.tuples(st.sampled_from([bytes(WIDTH), b"a" + bytes(WIDTH - 1), bytes(WIDTH - 1) + b"a"]), st.integers(0, 2))))
def test_those_with_several_labels_are_found(content: list[tuple[bytes, int]]) -> None:
    digests = Digests()
    for digest, _ in content:
        digests.append(digest)
    found = digests.straddling(np.array([label for _, label in content], np.uint8))
    first = {digest: [content.index((digest, label)) for label in range(3) if (digest, label) in content] for digest, _ in content}
    assert sorted(found) == sorted(sorted(numbers) for numbers in first.values() if len(numbers) > 1)
