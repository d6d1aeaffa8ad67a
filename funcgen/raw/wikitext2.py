"""WikiText-2 (Merity et al. 2016): paragraphs of Wikipedia's good articles, two million words, words already apart.

Its marks for what it took apart inside of words and numbers (` @-@ `, ` @,@ `, ` @.@ `) are taken out again; headings are no paragraphs.
Licence CC BY-SA. Its first home is gone, so it is not downloaded.
"""

import gzip
import re
from collections.abc import Iterator

from funcgen.raw.downloads import Release, obtain

FILE = "train.txt"
RELEASE = Release(
    folders=("wikitext2",),
    url=None,
    sha256={FILE: "9e9fa1ad55b1c2c95b08e37dd8e653f638fac2c6de904b79e813611eefbc985f"},
)
INSIDE = re.compile(r" @([-,.])@ ")


def paragraphs() -> Iterator[str]:
    """The paragraphs of its training file, in order; raises DataError."""
    path = obtain(RELEASE)[FILE]
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            if (text := line.strip()) and not text.startswith("= "):
                yield INSIDE.sub(r"\1", text)
