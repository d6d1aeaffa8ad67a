"""Examples of which each member of the expression axis can express some at least."""

from collections.abc import Mapping, Sequence

from funcgen.artifacts import Example
from tests.cafes import corpus, example, plain

ANIMALS = ("bird", "mouse", "fish", "猫", "fly", "bee")
ALARMS = (("07:30", 7), ("19:30", 19), ("08:30", 8))
CALLS = (("7:30", "gym"), ("8", "run"))
LISTS = (("tea", "rice"), ("milk", "eggs"))
SAMPLES: Mapping[str, Sequence[Example]] = {
    "direct": [*corpus(10), plain("any source", 'any {target} of "signs" 和 🙂')],
    "template": [
        *corpus(80),
        *[plain(f"The {animal} saw a dog and a cat.", f"a dog, a {animal}") for animal in ANIMALS],
        *[example({"items": items, "shop": "Nord"}, f"{' and '.join(items)} from Nord") for items in LISTS] * 3,
        *[example({"时间": value, "名字": "健身"}, f"健身闹钟{hour}点30分") for value, hour in ALARMS] * 2,
        *[example({"a{b}": "{x}", "(": '"\n"', "blank": ""}, 'Say {x} to "\n" {now}.')] * 5,
        *[example({"minutes": str(number)}, f"{number} minute{'s' * (number != 1)} left") for number in range(1, 9)],
    ],
    "edit": [
        plain("The very old man walked slowly to the market.", "The old man walked to the market."),
        plain("She said that she would, however, come back.", "She said she would come back."),
        plain("We met on Monday in Rome and talked.", "We met in Rome on Monday."),
        plain("one two three", "Three, two, one."),
        plain("今天 天气 很好", "天气 很好"),
        plain("same text", "same text"),
    ],
    "extract": [
        plain("Where is the key?\nOn the table.\nThank you!", "On the table."),
        plain("first line\nsecond line\nthird line", "first line\nthird line"),
        plain("one\n\n two \nthree\nfour", "one\ntwo\nfour"),
        plain("今天天气很好\n我们去公园", "我们去公园"),
    ],
    "call": [
        *[plain(f"Wake me at {hour} for the {label}.", f'set_alarm(time="{hour}", label="{label}")') for hour, label in CALLS] * 3,
        *[plain(f"Set the volume to {level} please", f"set_volume(level={level})") for level in (10, 20, 35)] * 2,
        *[plain(f"Put {one} and {two} on the list", f'add(items=["{one}", "{two}"])') for one, two in LISTS],
        plain("Stop it now", "stop()"),
    ],
    "arithmetic": [
        plain("A baker sold 48 rolls before noon, and half as many after.", "48/2=24; 48+24=72"),
        plain("Anna has 12 apples in 4 bags.", "12/4=3"),
        plain("He buys 3 pens for 1.50 each and pays with 10.", "3*1.5=4.5; 10-4.5=5.5"),
        plain("There are 7 rows of 8 seats and 5 more.", "7*8=56; 56+5=61"),
    ],
}
"""By the member's name."""
