"""A small made-up corpus in which it is known which phrase says what."""

import random
from collections.abc import Mapping, Sequence

from funcgen.artifacts import Example

NAMES = ("Blue Door", "The Old Mill", "Café Sol", "Anna's Kitchen", "Nord", "The Twins", "Room 8", "Corner {7}")
FOODS = ("Thai", "Greek", "Indian", "fast food")
PRICES = {"low": ("cheap", "easy on the purse"), "high": ("expensive", "above average")}
KIDS = {"yes": ("kid friendly", "open to families"), "no": ("not for kids", "adults only")}
FILLERS = ("Come and see.", "People like it there.", "It opened in May.", "")


def example(arguments: Mapping[str, str | Sequence[str]], target: str, source: str | None = None) -> Example:
    """An example of these arguments, a list as a sequence."""
    flat = tuple((name, item) for name, value in arguments.items() for item in ([value] if isinstance(value, str) else value))
    text = ", ".join(f"{name}[{value}]" for name, value in flat) if source is None else source
    return Example(split="train", group=text, source=text, target=target, origin="cafes.py", arguments=flat)


def plain(source: str, target: str) -> Example:
    """An example without arguments."""
    return example({}, target, source)


def corpus(size: int, seed: int = 1) -> list[Example]:
    """Cafés with a name, seats, and some of food, price and kids, each text saying what is given and nothing else."""
    draw = random.Random(seed)
    found = []
    for _ in range(size):
        arguments = {"name": draw.choice(NAMES), "seats": str(draw.randint(1, 30))}
        said = [f"{arguments['name']} has {arguments['seats']} seat{'s' * (arguments['seats'] != '1')}."]
        if draw.random() < 0.7:
            arguments["food"] = draw.choice(FOODS)
            said.append(draw.choice(("It has {} dishes.", "The cook makes {} meals.")).format(arguments["food"]))
        for name, phrases in (("price", PRICES), ("kids", KIDS)):
            if draw.random() < 0.7:
                arguments[name] = draw.choice(sorted(phrases))
                said.append(f"It is {draw.choice(phrases[arguments[name]])}.")
        draw.shuffle(said)
        found.append(example(arguments, " ".join(filter(None, [*said, draw.choice(FILLERS)]))))
    return found
