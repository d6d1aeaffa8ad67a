"""Prices and customer ratings in E2E texts: whether a "low", an "average" or a "high" belongs to the one or to the other.

The text is cut into lexemes, each a letter (`e2e_words`). Patterns over these letters say what belongs together: `hP` (high price
range), `lR&P` (low rating and price), `Rch` (rating is high), `P&Rcv` (price and rating are average).
"""

import re
from collections.abc import Iterator

from funcgen.slots.comparison import Mention
from funcgen.slots.e2e_words import LEXEMES, SUM

PRICE, RATING = "priceRange", "customer rating"
HEADS = {"P": PRICE, "R": RATING}
LOW_PRICE, MODERATE_PRICE, HIGH_PRICE = ("cheap", "less than £20"), ("moderate", "£20-25"), ("high", "more than £30")
LOW_RATING, AVERAGE_RATING, HIGH_RATING = ("low", "1 out of 5"), ("average", "3 out of 5"), ("high", "5 out of 5")
SCALES = {PRICE: (LOW_PRICE, MODERATE_PRICE, HIGH_PRICE), RATING: (LOW_RATING, AVERAGE_RATING, HIGH_RATING)}
ONE, THREE, FIVE = LOW_RATING[::-1], AVERAGE_RATING[::-1], HIGH_RATING[::-1]
FAIR_PRICE, GOOD_RATING = (*LOW_PRICE, *MODERATE_PRICE), (*AVERAGE_RATING, *HIGH_RATING)
GRADES = {
    "P": {**dict.fromkeys("ln", LOW_PRICE), **dict.fromkeys("vma", MODERATE_PRICE), **dict.fromkeys("ge", FAIR_PRICE), "h": HIGH_PRICE},
    "R": {**dict.fromkeys("lbn", LOW_RATING), **dict.fromkeys("vma", AVERAGE_RATING), "g": GOOD_RATING, **dict.fromkeys("he", HIGH_RATING)},
}
BY_ITSELF = {
    "1": (PRICE, LOW_PRICE[1:]),
    "2": (PRICE, MODERATE_PRICE[1:]),
    "3": (PRICE, HIGH_PRICE[1:]),
    "K": (PRICE, LOW_PRICE),
    "F": (PRICE, FAIR_PRICE),
    "E": (PRICE, HIGH_PRICE),
    "A": (RATING, ONE),
    "B": (RATING, THREE),
    "C": (RATING, FIVE),
    "Y": (RATING, LOW_RATING),
    "Z": (RATING, HIGH_RATING),
}
SUMS = {**dict.fromkeys(("20", "twenty"), (*LOW_PRICE[1:], *MODERATE_PRICE[1:])), "25": MODERATE_PRICE[1:]}
SUMS |= dict.fromkeys(("30", "thirty"), HIGH_PRICE[1:])
"""What a sum may mean that is neither less nor more than something."""
STARS = {"1": ONE, "one": ONE, "3": THREE, "three": THREE, "5": FIVE, "five": FIVE}
LEXEME = re.compile("|".join(f"({pattern})" for _, pattern in LEXEMES))

GRADE = "[lbnvmahge]"
FREE = f"{GRADE}(?!w?[PR])"
"""A grade with no head behind it."""
OWN = {"P": f"[cw]{{0,5}}(?:{FREE}|[123SEKF])", "R": f"[cw]{{0,5}}(?:{FREE}|[ABCD#])"}
"""The value that follows a head. A grade before the head is then another head's, or it is "average" and means the mean."""
OPEN = f"(?:P(?!w?{OWN['P']})|R(?!w?{OWN['R']}))"
BEFORE = re.compile(f"({GRADE})[wv]?([PR](?:&+c*w?{OPEN})*)")
VALUED = "(?<![lbnmahgeEKF])(?<![lbnmahgeEKF]w)"
"""Not behind a value of its own; "average" may be the mean."""
AFTER = re.compile(f"((?:(?<!v){VALUED}[PR]&+c*)*{VALUED}[PR])(?:c{{0,4}}(?={GRADE})|[cw]{{0,4}}(?=[lvmah]))({FREE})(?!c*[123SABC])")
BARE = {
    RATING: re.compile(r"(?<![lbnmahgeABC123S])(?<![ABC]w)v(?![cw]{0,2}[PR123SABC])"),
    PRICE: re.compile(r"m(?!w?[PR])"),
}
NUMBER = re.compile("R(?:w?c+)?(#)(?!w?P)|(#)R")


def scales(text: str) -> Iterator[Mention]:
    """What a text, in lower case, says of price and rating."""
    found = list(LEXEME.finditer(text))
    letters = "".join(LEXEMES[(lexeme.lastindex or 1) - 1][0] for lexeme in found)
    for name, values, at in (*headless(letters, [lexeme[0] for lexeme in found]), *graded(letters)):
        yield Mention(name, values, *found[at].span())


def headless(letters: str, lexemes: list[str]) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """What needs no head, and bare numbers: slot, values, place."""
    for at, letter in enumerate(letters):
        if letter in BY_ITSELF:
            yield *BY_ITSELF[letter], at
        elif letter == "S":
            number = "".join(re.findall(r"\d+(?:\.\d+)?|twenty|thirty", lexemes[at])).removesuffix(".00")
            known = number in SUMS and re.fullmatch(SUM, lexemes[at])
            yield PRICE, SUMS[number] if known else (lexemes[at],), at
        elif letter == "D":
            yield RATING, (lexemes[at],), at
    for match in NUMBER.finditer(letters):
        at = match.start(match.lastindex or 0)
        yield RATING, STARS[lexemes[at]], at


def graded(letters: str) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """The grades: slot, values, place."""
    taken: set[int] = set()
    for heads, at in (*before(letters, taken), *after(letters, taken)):
        for head in dict.fromkeys(re.findall("[PR]", heads)):
            if letters[at] in GRADES[head]:
                yield HEADS[head], GRADES[head][letters[at]], at
    for name, pattern in BARE.items():
        for match in pattern.finditer(letters):
            if match.start() not in taken:
                yield name, AVERAGE_RATING if name == RATING else MODERATE_PRICE, match.start()


def before(letters: str, taken: set[int]) -> list[tuple[str, int]]:
    """The heads behind each grade that has any, and the grade's place; what is part of this is noted in `taken`."""
    found = []
    for match in BEFORE.finditer(letters):
        grade, heads = match.groups()
        taken.update(range(*match.span()))
        mean = re.match(OWN[heads[-1]], letters[match.end() :]) or letters[: match.start()].endswith(("A", "B", "C"))
        if grade != "v" or not mean:
            found.append((heads, match.start()))
    return found


def after(letters: str, taken: set[int]) -> list[tuple[str, int]]:
    """The heads in front of each other grade that has any, and the grade's place, which is noted in `taken`."""
    found = []
    for match in AFTER.finditer(letters):
        heads, at = match[1], match.start(2)
        if at not in taken:
            taken.add(at)
            found.append((heads, at))
    return found
