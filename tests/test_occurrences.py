"""Which digests repeat one, against a set and a dictionary."""

from hypothesis import given
from hypothesis import strategies as st

from funcgen.occurrences import WIDTH, Digests

DIGESTS = st.lists(st.sampled_from([bytes(WIDTH), bytes([*bytes(WIDTH - 1), 1]), bytes([1, *bytes(WIDTH - 1)]), b"\xff" * WIDTH]))


@given(DIGESTS | st.lists(st.binary(min_size=WIDTH, max_size=WIDTH)))
def test_repeats_are_found(content: list[bytes]) -> None:
    digests = Digests()
    for digest in content:
        digests.append(digest)
    assert digests.first().tolist() == [digest not in content[:place] for place, digest in enumerate(content)]
    codes = digests.codes().tolist()
    assert len(set(zip(codes, content, strict=True))) == len(set(codes)) == len(set(content))
