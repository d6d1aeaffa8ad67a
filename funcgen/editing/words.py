"""Words of a text, and the space between words that were no neighbours."""

import re
from dataclasses import dataclass
from functools import cached_property

UNSPACED = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
"""Letters and marks of scripts that are written without spaces, Chinese and Japanese, as ranges of a character class: a word each."""
LETTERS = rf"[^\W{UNSPACED}]+"
WORD = re.compile(
    r"#\w+#|<\w+>|\[\w+\]|\{\w+\}"  # a placeholder, as data with names taken out have them
    r"|\d+(?:[.,:]\d+)+"  # 1,000 and 7:30
    rf"|(?<=[\w#>\]}}])['’]{LETTERS}"  # the 's of a possessive and the 't of don't
    rf"|{LETTERS}|\S"
)
NO_SPACE_BEFORE = re.compile(rf"[\s.,;:!?%)\]}}'’”»…{UNSPACED}]")
NO_SPACE_BEHIND = re.compile(rf"[\s(\[{{“‘«$£€¥{UNSPACED}]")


@dataclass(frozen=True)
class Words:
    """A text and where its words lie; what is between them is whitespace, and nothing is lost."""

    text: str

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Start and end of each word in the text."""
        return [match.span() for match in WORD.finditer(self.text)]

    @cached_property
    def words(self) -> list[str]:
        """The words themselves."""
        return [self.text[start:end] for start, end in self.spans]

    @cached_property
    def gaps(self) -> list[str]:
        """The whitespace before each word, and last that behind them all."""
        ends = [0, *(end for _, end in self.spans)]
        starts = [*(start for start, _ in self.spans), len(self.text)]
        return [self.text[end:start] for end, start in zip(ends, starts, strict=True)]

    def slice(self, first: int, end: int) -> str:
        """The text from word `first` to before word `end`, without the whitespace around it."""
        return self.text[self.spans[first][0] : self.spans[end - 1][1]]


def joint(left: str, right: str) -> str:
    """What stands between two words that were no neighbours, told by the characters that meet: a space, or nothing.

    Nothing at the start of a text (`left` is empty), beside whitespace, before closing punctuation, behind an opening bracket or a
    sign of currency, and beside letters of scripts without spaces.
    """
    return "" if tight_behind(left) or tight_before(right) else " "


def tight_behind(left: str) -> bool:
    """Whether nothing stands behind the character `left`, whatever follows."""
    return not left or NO_SPACE_BEHIND.match(left) is not None


def tight_before(right: str) -> bool:
    """Whether nothing stands before a word, by its first character."""
    return NO_SPACE_BEFORE.match(right) is not None
