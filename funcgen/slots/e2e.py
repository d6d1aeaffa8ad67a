"""The slots of the E2E NLG challenge (Novikova et al. 2017), found in a text by patterns.

What counts as the same meaning, by what people wrote in the training split:

- Prices: a word may stand for a sum: "cheap" or "low" for less than £20, "moderate" or "average" for £20-25, "high" or "expensive" for more
  than £30, as in 39, 25 and 33 % of what people said of these sums. A sum may not stand for a word, which it did in less than 0.2 %: it
  says more than was given. "Affordable" and "reasonable" may be cheap or moderate, and the sums of these.
- Ratings: low and 1, average and 3, high and 5 out of 5 mean the same both ways, as in 8 to 16 % of what people said of each. "Good" may be
  average or high. Another number of stars is another value.
- "Restaurant" is the word for any of these places: it says eatType[restaurant], and adds nothing where something else or nothing is given.
- Dishes say their cuisine (sushi, pasta, curry, burgers); "café" says coffee shop, "bar" says pub.
- A name or a place must be written as given, but for case, accents, article, possessive and two spellings.

A second mention of the name or of the kind of place refers to the first, and is not repeated in the sense of `comparison`.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from funcgen.artifacts import Example
from funcgen.slots.comparison import Mention, Slot, SlotErrors, compare, statements
from funcgen.slots.e2e_attributes import EAT_TYPES, FOODS, areas, families, kinds
from funcgen.slots.e2e_scales import scales

VERSION = 1
ATTRIBUTES = ("name", "eatType", "food", "priceRange", "customer rating", "area", "familyFriendly", "near")
"""In the order in which the challenge gives them."""
NAMES = (
    "Alimentum", "Aromi", "Bibimbap House", "Blue Spice", "Browns Cambridge", "Clowns", "Cocum", "Cotto", "Fitzbillies", "Giraffe",
    "Green Man", "Loch Fyne", "Midsummer House", "Strada", "Taste of Cambridge", "The Cambridge Blue", "The Cricketers",
    "The Dumpling Tree", "The Eagle", "The Golden Curry", "The Golden Palace", "The Mill", "The Olive Grove", "The Phoenix", "The Plough",
    "The Punter", "The Rice Boat", "The Twenty Two", "The Vaults", "The Waterman", "The Wrestlers", "Travellers Rest Beefeater",
    "Wildwood", "Zizzi",
)  # fmt: skip
PLACES = (
    "All Bar One", "Avalon", "Burger King", "Café Adriatic", "Café Brazil", "Café Rouge", "Café Sicilia", "Clare Hall",
    "Crowne Plaza Hotel", "Express by Holiday Inn", "Rainbow Vegetarian Café", "Raja Indian Cuisine", "Ranch", "The Bakers",
    "The Portland Arms", "The Rice Boat", "The Six Bells", "The Sorrento", "Yippee Noodle Bar",
)  # fmt: skip
OTHER_SPELLINGS = {"crown plaza hotel": "Crowne Plaza Hotel", "crowne plaza": "Crowne Plaza Hotel", "crown plaza": "Crowne Plaza Hotel"}
REFERRING = ("name", "eatType")


def plain(text: str) -> str:
    """Lower case, no accents, plain quotes and dashes, single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("’", "'").replace("–", "-").replace("—", "-"))
    return re.sub(r"\s+", " ", "".join(char for char in decomposed if not unicodedata.combining(char)))


def key(venue: str) -> str:
    """A venue's name without what may be written otherwise."""
    return re.sub(r"[\s-]+", " ", plain(venue)).strip().removeprefix("the ")


SPELLINGS = {key(venue): venue for venue in (*NAMES, *PLACES)} | OTHER_SPELLINGS


def venue_pattern(spellings: Sequence[str]) -> re.Pattern[str]:
    """Any of some venues, the longer spelling first."""
    longest_first = sorted(map(re.escape, spellings), key=len, reverse=True)
    return re.compile(rf"\b(the )?({'|'.join(longest_first)})\b(?:'s?\b)?".replace(r"\ ", r"[\s-]+"))


VENUES = venue_pattern(list(SPELLINGS))


def check(example: Example, text: str) -> SlotErrors:
    """What `text` says otherwise than the example's arguments."""
    found = compare(example.arguments, mentions(example.arguments, text))
    return replace(found, repeated=tuple(slot for slot in found.repeated if slot[0] not in REFERRING))


def signature() -> str:
    """What the numbers are made by."""
    return f"slots:e2e|errors:missing+added+wrong|case:lc|version:{VERSION}"


def mentions(arguments: Sequence[Slot], text: str) -> list[Mention]:
    """What a text says, in its order, each statement once; the arguments tell which venue is the subject and which is near."""
    whole = text = plain(text)
    found = list(venues(text, dict(arguments)))
    for one in found:  # The Golden Curry serves no curry for its name
        text = text[: one.start] + "_" * (one.end - one.start) + text[one.end :]
    found += kinds("food", FOODS, text)
    found += scales(text)
    found += areas(text)
    found += families(text)
    found += (one for one in kinds("eatType", EAT_TYPES, text) if one.values != ("restaurant",) or ("eatType", "restaurant") in arguments)
    return statements(found, whole)


def venues(text: str, given: dict[str, str]) -> Iterator[Mention]:
    """The venues that a text names; one that is given may lack its article. The Rice Boat is a name, or a place near another one."""
    spellings = SPELLINGS | {key(given[slot]): given[slot] for slot in ("name", "near") if key(given.get(slot, ""))}
    known = VENUES if len(spellings) == len(SPELLINGS) else venue_pattern(list(spellings))
    for match in known.finditer(text):
        venue = spellings[key(match[2])]
        slots = [slot for slot in ("name", "near") if given.get(slot) == venue]
        if slots:
            yield Mention(slots[0], (venue,), *match.span())
        elif match[1] or not venue.startswith("The "):
            yield Mention("near" if venue in PLACES else "name", (venue,), *match.span())
