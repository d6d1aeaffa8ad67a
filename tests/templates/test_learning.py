"""What is learned from a corpus in which it is known which phrase says what."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from funcgen.artifacts import Example
from funcgen.templates.inventory import Lexicon
from funcgen.templates.learning import Thresholds, learn, with_references
from tests.cafes import FOODS, KIDS, NAMES, PRICES, corpus, example, plain

THRESHOLDS = Thresholds(min_count=5, copied_share=0.98, specific_share=0.6)
CORPUS = corpus(150)


def learned(examples: list[Example], thresholds: Thresholds = THRESHOLDS) -> Lexicon:
    return with_references(learn(examples, thresholds), examples, thresholds.min_count)


LEXICON = learned(CORPUS)


def test_the_phrases_are_found_and_no_others() -> None:
    assert LEXICON.phrases == {
        "kids": {phrase: [value] for value, phrases in KIDS.items() for phrase in phrases},
        "price": {phrase: [value] for value, phrases in PRICES.items() for phrase in phrases},
    }


def test_arguments() -> None:
    assert {name: argument.copied for name, argument in LEXICON.arguments.items()} == {
        "food": True,
        "kids": False,
        "name": True,
        "price": False,
        "seats": True,
    }
    assert LEXICON.arguments["food"].values == sorted(FOODS)
    assert LEXICON.arguments["name"].values == sorted(NAMES)
    assert LEXICON.arguments["kids"].values == ["no", "yes"]
    assert {argument.uses for argument in LEXICON.arguments.values()} == {1}


def test_references() -> None:
    phrases = [f"kids={phrase}" for several in KIDS.values() for phrase in several]
    phrases += [f"price={phrase}" for several in PRICES.values() for phrase in several]
    plain_ones = {f"{{{inside}}}" for inside in (*phrases, "name", "food", "seats:plural seat/seats")}
    assert {reference.strip() for reference in LEXICON.references} - {"{seats}"} == plain_ones
    assert " {food}" in LEXICON.references
    assert all(reference.removeprefix(" ") in LEXICON.references for reference in LEXICON.references)


def with_noise(examples: list[Example], share: float) -> Iterator[Example]:
    """Texts of which some say "cheap" where nothing of it is given."""
    for number, one in enumerate(examples):
        wrong = number % 100 < 100 * share and not {name for name, _ in one.arguments} & {"price"}
        yield replace(one, target=f"{one.target} It is cheap.") if wrong else one


def test_what_most_texts_say_without_being_given_it_says_nothing() -> None:
    """A phrase is kept where enough of the texts that hold it were given what it says."""
    noisy = list(with_noise(corpus(400), 1.0))
    given = Counter(("price", "low") in one.arguments for one in noisy if "cheap" in one.target)
    share = given[True] / given.total()
    assert 0.2 < share < 0.6
    assert "cheap" not in learned(noisy).phrases["price"]
    assert "cheap" in learned(list(with_noise(corpus(400), 0.1))).phrases["price"]


def test_what_is_rare_is_not_learned() -> None:
    phrases = [phrase for several in (*KIDS.values(), *PRICES.values()) for phrase in several]
    counts = Counter(phrase for one in CORPUS for phrase in phrases if phrase in one.target)
    fewest = min(counts.values())
    assert len(counts) == 8
    for min_count in (fewest, fewest + 1):
        found = learned(CORPUS, replace(THRESHOLDS, min_count=min_count)).phrases
        kept = {phrase for by_phrase in found.values() for phrase in by_phrase}
        assert kept == {phrase for phrase, count in counts.items() if count >= min_count}


def test_an_argument_is_copied_if_nearly_all_texts_show_it() -> None:
    hidden = [replace(one, target=one.target.replace("fast food", "quick")) for one in CORPUS]
    share = sum(any(food in one.target for food in FOODS) for one in hidden) / sum("food" in dict(one.arguments) for one in hidden)
    assert 0.5 < share < 0.9
    for copied_share in (share - 0.01, share + 0.01):
        found = learned(hidden, replace(THRESHOLDS, copied_share=copied_share)).arguments
        assert found["food"].copied is (share >= copied_share)


def test_how_often_an_argument_is_said() -> None:
    texts = [example({"name": name}, f"{name} is {name}.") for name in ("Nord", "Sud", "Oest", "West")]
    assert learned(texts, replace(THRESHOLDS, min_count=4)).arguments["name"].uses == 2
    assert learned(texts, replace(THRESHOLDS, min_count=5)).arguments["name"].uses == 1


def test_the_order_of_the_examples_does_not_matter() -> None:
    assert learned(CORPUS[::-1]) == LEXICON
    assert learned(CORPUS[75:] + CORPUS[:75]) == LEXICON


def test_arguments_of_many_values_are_not_looked_for() -> None:
    texts = [example({"id": f"n{number}"}, f"The code is n{number}, isn't it?") for number in range(201)]
    assert learned(texts).arguments["id"].values == []
    assert learned(texts[:200]).arguments["id"].values == sorted(f"n{number}" for number in range(200))


def test_words_of_plain_text_have_places_and_no_meaning() -> None:
    texts = [plain(f"the cat and the {animal}", f"the {animal} and the cat") for animal in ("dog", "cow", "pig", "rat", "ant")]
    found = learned(texts)
    assert found.phrases == {}
    assert set(found.arguments) == {"1", "2", "3", "4", "5"}
    assert not any(argument.values or argument.copied for argument in found.arguments.values())
    assert {"{1}", " {5}", " {2}"} <= set(found.references)


def test_plain_texts_among_others_change_nothing_else() -> None:
    found = learned([*CORPUS, plain("start the vacuum", "Cleaning.")])
    assert found.phrases == LEXICON.phrases
    assert {name: found.arguments[name] for name in LEXICON.arguments} == LEXICON.arguments
    assert set(found.arguments) - set(LEXICON.arguments) == {"1", "2", "3"}


@pytest.mark.parametrize("examples", [[], [plain("", "")], [example({"a": ""}, "x")], [example({"": "x"}, "x")]], ids=str)
def test_next_to_nothing_teaches_next_to_nothing(examples: list[Example]) -> None:
    found = learned(examples)
    assert found.references == []
    assert found.phrases in ({}, {"": {}})
