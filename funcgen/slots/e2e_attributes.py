"""The attributes of E2E texts that words alone tell: kind of place, food, area, and whether families are welcome."""

import re
from collections.abc import Iterator

from funcgen.slots.comparison import Mention
from funcgen.slots.e2e_words import words

Kinds = tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]
"""Values, and a pattern of what says one of them."""

EAT_TYPES: Kinds = (
    (("coffee shop",), re.compile(words("coffee (?:shops?|houses?|places?|bars?|stores?)", "cafes?"))),
    (
        ("pub",),
        re.compile(
            words("pubs?", "public house", "taverns?")
            + "|"
            + "".join(f"(?<!{what} )" for what in ("sushi", "burger", "wine"))
            + r"\bbars?\b"
        ),
    ),
    (("restaurant",), re.compile(words("restaurants?", "restaraunts?", "restraunts?", "diner", "eater(?:y|ies)", "bistros?"))),
)
FOODS: Kinds = (
    (("English",), re.compile(words("english", "british", "england", "britain") + r"(?! (?:sterling|pounds?))")),
    (("Chinese",), re.compile(words("chinese", "china"))),
    (("French",), re.compile(words("french(?! fr(?:y|ies))", "france"))),
    (("Indian",), re.compile(words("indian", "india", "curr(?:y|ies)"))),
    (("Italian",), re.compile(words("italian", "italy", "pastas?", "spaghetti"))),
    (("Italian", "Fast food"), re.compile(words("pizzas?"))),
    (("Japanese",), re.compile(words("japanese", "japan", "sushi"))),
    (("Fast food",), re.compile(words("fast foods?", "(?:ham)?burgers?", "(?:french )?fries", "junk food", "american"))),
    (("English", "Fast food"), re.compile(words("fish and chips"))),
)
RIVER = re.compile(words("river (?:side|bank|front|view)s?", "rivers?", "waterside", "waterfront", "the cam", "thames"))
CENTRE = re.compile(
    r"\b(?:(?:city|town|cambridge)(?:'s)?[\s-]?(?:cent(?:re|er)|central)|down ?town|inner city|"
    r"(?:cent(?:re|er)\.?|heart|middle) of (?:the |a )?(?:cambridge|city|town))\b"
)
AWAY = re.compile(
    r"\b(?:outside|north|south|east|west|northern|away|far|out|past|just off|minutes|miles?|outskirts|from|edge|beyond|side)"
    r"(?: [\w']+){0,2}[ -]*$"
)
NEARBY = re.compile(r"\b(?:near|nearby|close|by|next|around|beside)(?: [\w']+){0,2}[ -]*$")

YOUNG = r"(?:children|kids)"
CHILDREN = re.compile(
    words(
        rf"famil(?:y|ies) (?:with|and|or) (?:small |young |their )?{YOUNG}", rf"{YOUNG} (?:and|or) famil(?:y|ies)", "famil(?:y|ies)",
        "kids?(?:'s)?", "child(?:ren)?(?:'s)?", "toddlers?", "youngsters", "all ages", "any age", "little ones", "bab(?:y|ies)",
    )
)  # fmt: skip
ADULTS = re.compile(words("adults?(?: only)?", "grown ups?", "(?:over|above) (?:the age of )?18", "18 and over"))
AROUND = 30
"""Characters to each side of "adult" in which children may be spoken of, who then say whether they are welcome."""
NO = (
    r"(?:not?|non|none|\w+n't|isnt|arent|doesnt|dont|cannot|never|without|un|nor|neither|lacks?|unsuitable|inappropriate|anti|avoid|discourages?|prohibits?|refuses?|"
    r"leave|keep|rather than|hardly|un-?friendly|bans?|unwelcoming)"
)
UNRELATED = r"(?!-? ?(?:far|only|just|too far|expensive|highly|cheap|pricey))"
"""What a negation before children is not about: "not far from the river, family friendly"."""
CLAUSE = r"(?:but|and|however|although|though|is|it|has|also|yet|while)\b"
NOT_BEFORE = re.compile(rf"\b{NO}\b{UNRELATED}[\s-]*(?:(?!{CLAUSE})[\w'/]+[\s-]+){{0,6}}[\"']?$")
NOT_AFTER = re.compile(
    r"^[\s-]*(?:friendly)?[\s\"]*(?:[:?(-]+ ?no\b|(?:is |are )?not(?=[.,;]|$))|"
    r"^[\s-]*(?:un-? ?friendly|free\b|unwelcome|prohibited|banned|forbidden|unsuitable)|"
    r"^(?: \w+){0,3} (?:\w+n't|(?:\w+ )?not) (?:be |been |so |really |very |a )*"
    r"(?:allowed|welcom|permitted|recommended|cater|accepted|encouraged|admitted|advised|suit|invited|accommodated|appreciated|friendly|preferred|ideal|bring|visit|come|enter)"
)
OWNED = re.compile(r"^[\s-]*(?:run|owned|operated)\b")


def kinds(name: str, table: Kinds, text: str) -> Iterator[Mention]:
    """What a text says of an attribute that single words tell."""
    for values, pattern in table:
        for match in pattern.finditer(text):
            yield Mention(name, values, *match.span())


def areas(text: str) -> Iterator[Mention]:
    """Riverside or city centre. North of the centre is not in it, and near it is elsewhere where the river is spoken of."""
    rivers = list(RIVER.finditer(text))
    for match in rivers:
        yield Mention("area", ("riverside",), *match.span())
    for match in CENTRE.finditer(text):
        before = text[: match.start()]
        if not AWAY.search(before) and not (rivers and NEARBY.search(before)):
            yield Mention("area", ("city centre",), *match.span())


def families(text: str) -> Iterator[Mention]:
    """Whether families are welcome: any word for children says so, unless what stands around it in its clause denies it."""
    for match in CHILDREN.finditer(text):
        before = re.split(r"[.;!?,]\s", text[: match.start()])[-1]
        after = re.split(r"[.;!]\s", text[match.end() :])[0]
        if not OWNED.search(after):
            denied = NOT_BEFORE.search(before) or NOT_AFTER.search(after)
            yield Mention("familyFriendly", ("no" if denied else "yes",), *match.span())
    for match in ADULTS.finditer(text):
        if not CHILDREN.search(text[max(match.start() - AROUND, 0) : match.end() + AROUND]):
            yield Mention("familyFriendly", ("no",), *match.span())
