"""The E2E checker: the wordings of each attribute, a text that says all is exact, and every mutation of it is found."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funcgen.artifacts import Example
from funcgen.slots.comparison import Slot, SlotErrors
from funcgen.slots.e2e import ATTRIBUTES, NAMES, PLACES, check, mentions, signature

VALUES = {
    "name": NAMES,
    "eatType": ("coffee shop", "pub", "restaurant"),
    "food": ("Chinese", "English", "Fast food", "French", "Indian", "Italian", "Japanese"),
    "priceRange": ("cheap", "less than £20", "moderate", "£20-25", "high", "more than £30"),
    "customer rating": ("low", "1 out of 5", "average", "3 out of 5", "high", "5 out of 5"),
    "area": ("riverside", "city centre"),
    "familyFriendly": ("yes", "no"),
    "near": PLACES,
}
SAME = [{"low", "1 out of 5"}, {"average", "3 out of 5"}, {"high", "5 out of 5"}]


def example(arguments: Sequence[Slot], text: str = "") -> Example:
    return Example(None, "", "", text, "", tuple(arguments))


def errors(text: str, **arguments: str) -> SlotErrors:
    """The errors of a text for a name and some attributes, `rating` and `price` for short."""
    short = {"rating": "customer rating", "price": "priceRange", "family": "familyFriendly"}
    return check(example([("name", "Aromi"), *((short.get(name, name), value) for name, value in arguments.items())]), text)


SENTENCES = {
    "priceRange": "The price range is {}.",
    "customer rating": "Its customer rating is {}.",
    "area": "It is in the {} area.",
    "near": "It is near {}.",
}


def template(arguments: Sequence[Slot]) -> str:
    """A text that says every attribute in the words of its value."""
    given = dict(arguments)
    food = f" that serves {given['food']} food" if "food" in given else ""
    sentences = [f"{given['name']} is a {given.get('eatType', 'place')}{food}."]
    sentences += [sentence.format(given[name]) for name, sentence in SENTENCES.items() if name in given]
    if "familyFriendly" in given:
        sentences.append("It is family-friendly." if given["familyFriendly"] == "yes" else "It is not family-friendly.")
    return " ".join(sentences)


def reading(text: str, attribute: str) -> list[str]:
    """What a text says of an attribute, each mention by the value that is nearest to its wording."""
    return [mention.values[0] for mention in mentions([("name", "Aromi"), ("eatType", "restaurant")], text) if mention.name == attribute]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It is family friendly.", "yes"),
        ("A child-friendly pub, kids are welcome.", "yes"),
        ("Bring the whole family to Aromi.", "yes"),
        ("It is not expensive and is kid friendly.", "yes"),
        ("Not far from the river, a family pub.", "yes"),
        ("It is family-friendly, inexpensive but not highly rated.", "yes"),
        ("Adults and kids love it.", "yes"),
        ("It isn't family-friendly.", "no"),
        ("It is not a family friendly place.", "no"),
        ("A non family-friendly pub.", "no"),
        ("An adults only pub.", "no"),
        ("This pub does not welcome children.", "no"),
        ("Children are not allowed.", "no"),
        ("Families with kids aren't welcome there.", "no"),
        ("It is unsuitable for families with small children.", "no"),
        ("No kids allowed.", "no"),
        ("Family friendly: no.", "no"),
        ("Please leave the kids at home.", "no"),
        ("It is child free.", "no"),
        ("A family-run pub.", None),
        ("A restaurant for everyone.", None),
    ],
)
def test_whether_families_are_welcome(text: str, said: str | None) -> None:
    assert set(reading(text, "familyFriendly")) == ({said} if said else set())


@pytest.mark.parametrize(
    ("text", "price", "rating"),
    [
        ("It has a high price range and a customer rating of 3 out of 5.", ["high"], ["3 out of 5"]),
        ("Low customer rating and price range.", ["cheap"], ["low"]),
        ("Prices and ratings are high.", ["high"], ["high"]),
        ("Rated highly by customers, with low prices.", ["cheap"], ["high"]),
        ("High prices, customer ratings are low.", ["high"], ["low"]),
        ("The price range is high but customers rate it one star.", ["high"], ["1 out of 5"]),
        ("An average customer rating of 1 out of 5.", [], ["1 out of 5"]),
        ("Its average customer rating is low.", [], ["low"]),
        ("An average price of less than £20.", ["less than £20"], []),
        ("A moderately priced three-star pub.", ["moderate"], ["3 out of 5"]),
        ("It is average.", [], ["average"]),
        ("Rated 5 by customers.", [], ["5 out of 5"]),
        ("It is not highly rated.", [], ["low"]),
        ("A 1 out of 4 rating.", [], ["1 out of 4"]),
        ("A five star pub, moderate in price.", ["moderate"], ["5 out of 5"]),
        ("Prices range from £20-£25.", ["£20-25"], []),
        ("Between 20 and 25 pounds.", ["£20-25"], []),
        ("Under £20.", ["less than £20"], []),
        ("No more than twenty pounds.", ["less than £20"], []),
        ("Prices start at £30.", ["more than £30"], []),
        ("£30 and up.", ["more than £30"], []),
        ("Over 30 euros.", ["more than £30"], []),
        ("Under £25.", ["under £25"], []),
        ("Burgers for £10.50.", ["£10.50"], []),
        ("It is inexpensive.", ["cheap"], []),
        ("It is not too expensive.", ["cheap"], []),
        ("It is not cheap.", ["high"], []),
        ("High-priced, over £30.", ["more than £30"], []),
        ("Higher than average prices and excellent reviews.", ["high"], ["high"]),
        ("It offers high quality food.", [], []),
        ("A great pub.", [], []),
    ],
)
def test_prices_and_ratings(text: str, price: list[str], rating: list[str]) -> None:
    assert reading(text, "priceRange") == price
    assert reading(text, "customer rating") == rating


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("in the city centre", ["city centre"]),
        ("in the center of the city", ["city centre"]),
        ("near the city centre", ["city centre"]),
        ("by the river", ["riverside"]),
        ("on the riverside near the city centre", ["riverside"]),
        ("just outside the city centre", []),
        ("north of the city center", []),
        ("The Waterman", []),
        ("by the riverside, in the city centre", ["riverside", "city centre"]),
    ],
)
def test_areas(text: str, said: list[str]) -> None:
    assert reading(f"It is {text}.", "area") == said


@pytest.mark.parametrize(
    ("text", "attribute", "said"),
    [
        ("near Café Rouge", "near", ["Café Rouge"]),
        ("near the Crown Plaza Hotel", "near", ["Crowne Plaza Hotel"]),
        ("near CAFE ROUGE's door", "near", ["Café Rouge"]),
        ("at the mill", "name", ["The Mill"]),
        ("at a mill", "name", []),
        ("AROMI", "name", ["Aromi"]),
        ("The Golden Curry near Raja Indian Cuisine", "food", []),
        ("All Bar One near Yippee Noodle Bar", "eatType", []),
        ("a sushi bar", "food", ["Japanese"]),
        ("a sushi bar", "eatType", []),
        ("a café", "eatType", ["coffee shop"]),
        ("English food for 20 English sterling", "food", ["English"]),
        ("French fries", "food", ["Fast food"]),
        ("burgers and french fries", "food", ["Fast food"]),
    ],
)
def test_venues_food_and_kind(text: str, attribute: str, said: list[str]) -> None:
    assert reading(f"It is {text}.", attribute) == said


def test_what_means_the_same() -> None:
    assert errors("Aromi is cheap.", price="less than £20").exact
    assert errors("Aromi is expensive.", price="more than £30").exact
    assert errors("Aromi has reasonable prices.", price="£20-25").exact
    assert errors("Aromi is under £20.", price="cheap").wrong == (("priceRange", "cheap"),)
    assert errors("Aromi is cheap.", price="moderate").wrong == (("priceRange", "moderate"),)
    assert errors("Aromi has one star.", rating="low").exact
    assert errors("Aromi has a low rating.", rating="1 out of 5").exact
    assert errors("Aromi has a good rating.", rating="average").exact
    assert errors("Aromi has 4 stars.", rating="high").wrong == (("customer rating", "high"),)


def test_restaurant_is_any_place() -> None:
    assert errors("Aromi is a restaurant.").exact
    assert errors("Aromi is a restaurant and pub.", eatType="pub").exact
    assert errors("Aromi is a restaurant.", eatType="pub").missing == (("eatType", "pub"),)
    assert errors("Aromi is a pub.", eatType="restaurant").wrong == (("eatType", "restaurant"),)
    assert errors("Aromi is a pub.").added == (("eatType", "pub"),)


def test_each_kind_of_error() -> None:
    text = "Aromi, a French pub by the river, is near The Bakers."
    given = {"eatType": "pub", "food": "Indian", "area": "riverside", "price": "cheap"}
    found = errors(text, **given)
    assert found.slots == 5
    assert (found.missing, found.wrong) == ((("priceRange", "cheap"),), (("food", "Indian"),))
    assert (found.added, found.repeated) == ((("near", "The Bakers"),), ())
    assert errors("", **given).missing == (("name", "Aromi"), *(("priceRange" if k == "price" else k, v) for k, v in given.items()))


def test_repetition() -> None:
    found = errors(
        "Aromi serves Italian food. Aromi is an Italian pub in the riverside, a pub.", eatType="pub", food="Italian", area="riverside"
    )
    assert found.exact
    assert found.repeated == (("food", "Italian"),)


def test_a_place_that_is_a_name_as_well() -> None:
    for name, near, text in (
        ("The Rice Boat", "Ranch", "The Rice Boat is near Ranch."),
        ("Loch Fyne", "The Rice Boat", "Loch Fyne is near The Rice Boat."),
    ):
        assert check(example([("name", name), ("near", near)]), text).exact
    assert check(example([("name", "Cotto")]), "Cotto is near The Rice Boat.").added == (("near", "The Rice Boat"),)
    assert check(example([("name", "Cotto")]), "Cotto is like Zizzi.").added == (("name", "Zizzi"),)


def test_a_venue_that_is_not_on_the_lists() -> None:
    assert check(example([("name", "Jean-Luc's Äpfel"), ("near", "")]), "JEAN LUC'S APFEL is nice.").missing == (("near", ""),)


MEANINGS = st.fixed_dictionaries(
    {"name": st.sampled_from(NAMES)}, optional={name: st.sampled_from(VALUES[name]) for name in ATTRIBUTES[1:]}
).map(lambda given: [(name, given[name]) for name in ATTRIBUTES if name in given])
different = MEANINGS.filter(lambda slots: dict(slots).get("near") != dict(slots)["name"])


def means_the_same(attribute: str, value: str, other: str) -> bool:
    """Whether a text that says `other` is right for `value`."""
    if attribute == "customer rating":
        return any({value, other} <= step for step in SAME)
    words = {"less than £20": "cheap", "£20-25": "moderate", "more than £30": "high"}
    return value == other or (attribute == "priceRange" and words.get(value) == other)


@settings(deadline=None)
@given(different)
def test_a_text_that_says_all_is_exact(slots: list[Slot]) -> None:
    found = check(example(slots), template(slots))
    assert found == SlotErrors(len(slots))


@settings(deadline=None)
@given(different, st.data())
def test_every_mutation_is_found(slots: list[Slot], data: st.DataObject) -> None:
    given = dict(slots)
    attribute = data.draw(st.sampled_from(ATTRIBUTES[1:]))
    value = data.draw(st.sampled_from(VALUES[attribute]).filter(lambda value: value != given["name"]))
    mutated = [(name, value if name == attribute else given[name]) for name in ATTRIBUTES if name in given or name == attribute]
    generic = attribute == "eatType" and value == "restaurant"
    found = check(example(slots), template(mutated))
    if attribute not in given:
        assert found.added == (() if generic else ((attribute, found.added[0][1]),))
        assert check(example(mutated), template(slots)).missing == ((attribute, value),)
    elif not means_the_same(attribute, given[attribute], value):
        errors = (found.wrong, found.missing)
        assert errors == (((), ((attribute, given[attribute]),)) if generic else (((attribute, given[attribute]),), ()))
    else:
        assert found.exact


@settings(deadline=None)
@given(st.text() | st.text(alphabet="£$€20 5-stardhigwpcen.,'outf"), different)
def test_any_text_can_be_checked(text: str, slots: list[Slot]) -> None:
    found = check(example(slots), text)
    assert len(found.missing) + len(found.wrong) <= found.slots == len(slots)


def test_signature() -> None:
    assert signature() == "slots:e2e|errors:missing+added+wrong|case:lc|version:1"
