"""How English says the closed values of the assistant's parameters, and some numbers without a number ("a couple of nights").

By parameter and value, a pattern; where a value is absent, it is said as it is written. Of two patterns that match at one place the longer
match counts, so that "not locked" is not "locked".
"""

Patterns = dict[str, dict[str, str]]

CHOICES: Patterns = {
    "account": {value: rf"{value}(?= account)|(?<=account: ){value}" for value in ("checking", "savings", "joint", "business", "travel")},
    "days": {
        "weekdays": r"weekdays?|monday (?:through|to) friday",
        "weekends": r"weekends?|saturdays? and sundays?",
        "every day": r"every ?day|each day|daily|seven days a week",
    },
    "direction": {
        "up": r"up|higher|ros?e|ris(?:e|en|ing)|gain(?:ed|s)?|climb(?:ed|s)?|increased?|advanced?",
        "down": r"down|lower|fell|fall(?:en|s|ing)?|lost|loss|slipped|drop(?:ped|s)?|declined?|decreased?",
    },
    "meal": {
        "breakfast": r"breakfast|morning meal|started the day",
        "lunch": r"lunch|midday meal",
        "dinner": r"dinner|evening meal|supper",
    },
    "mode": {
        "by car": r"by car|drive|driving",
        "by bike": r"by bike|bike|cycl(?:e|ing)|bicycle",
        "on foot": r"on foot|walk(?:ing)?",
        "by bus": r"by bus|bus",
    },
    "phone": {"mobile": r"mobile|cell(?: ?phone)?"},
    "seat_class": {value: rf"{value}[- ]class|in {value}|to {value}|(?<=class: ){value}" for value in ("economy", "business", "first")},
    "state": {
        "locked": r"locked|locking|lock(?:ed)? up|won't open|nobody gets through",
        "unlocked": r"unlocked|unlocking|(?:no longer|not) locked|can open|can go through",
    },
    "status": {
        "on its way": r"on (?:its|the) way|traveling toward you",
        "out for delivery": r"out for delivery|courier has",
        "delayed": r"delay(?:ed)?|running late|held up",
        "at the sorting center": r"(?:at )?the sorting center",
        "being packed": r"(?:being|is) pack(?:ed|ing)",
        "waiting at customs": r"(?:waiting at )?customs",
    },
}
TEXTS: Patterns = {
    "condition": {
        "bright sunshine": r"sun is shining brightly",
        "heavy snow": r"snowing heavily",
        "light rain": r"raining lightly",
    },
}
MINUTES = {
    "1": r"a minute",
    "15": r"a quarter of an hour",
    "30": r"half an hour",
    "45": r"three quarters of an hour",
    "60": r"(?:an|one)(?: full)? hour",
    "90": r"(?:an|one) hour and a half",
}
WEEK = r"(?:a|one)(?: full)? week"
SHARE = {
    "0": r"all the way down|sound off|zero volume",
    "50": r"half(?:way)? (?:up|brightness)|midpoint",
    "100": r"all the way up|full (?:volume|brightness)",
}
NUMBERS: Patterns = {
    "brightness": {**SHARE, "100": rf"{SHARE['100']}|as bright as they go"},
    "days": {"1": r"for the day", "7": WEEK},
    "delay_minutes": MINUTES,
    "guests": {"1": r"just you|single seat", "2": r"the two of you", "12": r"a dozen"},
    "level": {**SHARE, "100": rf"{SHARE['100']}|as loud as it gets"},
    "minutes": MINUTES,
    "nights": {"1": r"overnight", "2": r"a couple of nights", "7": WEEK},
    "temperature": {"0": r"freezing point"},
    "tickets": {"1": r"single seat|your ticket", "2": r"both tickets|a pair of"},
}
"""Wordings of numbers; the other numbers are said in digits or words."""
MINUTE_UNITS, DAY_UNITS = {r"min(?:ute)?s?": 1, r"hours?": 60}, {r"days?": 1, r"weeks?": 7}
UNITS: dict[str, dict[str, int]] = {
    "brightness": {r"percent|%": 1},
    "calories": {r"(?:kilo)?calories?|kcal": 1},
    "change": {r"percent|%": 1},
    "days": DAY_UNITS,
    "delay_minutes": MINUTE_UNITS,
    "level": {r"percent|%": 1},
    "minutes": MINUTE_UNITS,
    "nights": {r"nights?": 1, **DAY_UNITS},
    "temperature": {r"degrees?|°": 1},
}
"""What stands behind a number of a parameter, or before it with a colon, and how many of the parameter's own units it is."""
MONEY = ("amount", "price")
"""Parameters whose numbers stand behind a dollar sign."""
