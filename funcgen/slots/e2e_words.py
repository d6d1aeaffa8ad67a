"""The words of E2E texts that have to do with prices and ratings, as kinds of lexemes: a letter and what it matches, the first match first.

l low   b bad   n not high   v average   m moderate   a medium, ...   g good   e excellent   h high    grades, which need a head
P price   R rating                                                                                     heads
1 less than £20   2 £20-25   3 more than £30   S another sum
A 1 of 5   B 3 of 5   C 5 of 5   D another number of stars   # a bare 1, 3 or 5
K cheap   F affordable   E expensive   Y not rated highly   Z highly recommended                       what needs no head
. end of a clause   & and   c copulas, articles and other small words   w any other word
"""


def words(*alternatives: str) -> str:
    """A pattern for any of some words or phrases; what stands as a space in them may be a hyphen or nothing."""
    return r"\b(?:" + "|".join(alternatives).replace(" ", r"[\s-]*") + r")\b"


SIGN = r"(?:(?:£|€|\$|gbp|eur|\b[le](?=\d))\s?)"
UNIT = r"(?:\s?(?:£|€|\$|(?:gbp|eur|lb|pounds?|euros?|quid|dollars?)\b))"


def amount(number: str) -> str:
    """A pattern for a sum of money, with or without a sign."""
    return rf"{SIGN}?(?<![\d.]){number}(?:\.00)?(?![\d%]|[.,]\d){UNIT}?"


TWENTY, TWENTY_FIVE, THIRTY = amount("(?:20|twenty)"), amount("(?:25|twenty[ -]?five)"), amount("(?:30|thirty)")
THAN = r"(?:\s(?:than|then|that|the|about|around|of|an?))*\s"
LESS = (
    rf"(?:\b(?:less|lower|lesser|cheaper|smaller|fewer|(?:no|not|n't|never) (?:more|higher|over|above|exceed(?:ing)?)){THAN}|<\s?|"
    r"\b(?:under|below|up to|within|beneath|sub|max(?:imum)?(?: of)?|at most)[\s-])"
)
OR_LESS = r"(?:\s(?:or|and) (?:less|under|below|lower|cheaper)\b| max(?:imum)?\b)"
START = r"start(?:s|ing)?(?: price)?(?: at| from| out at| with)?|begin(?:s|ning)? at|from"
MORE = (
    rf"(?:\b(?:more|higher|greater|larger|bigger|upwards?|(?:no|not|n't|never) (?:less|lower|under|below)){THAN}|>\s?|"
    rf"\b(?:over|above|exceed(?:s|ing)?|beyond|at least|minimum(?: of)?|excess of|{START})\s(?:about |around |the )?)"
)
OR_MORE = r"(?:\s?\+|\s?(?:or|and|&) (?:more|up|above|over|higher|upwards?)\b| (?:plus|upwards?)\b)"
TO = r"\s?(?:-+|to|and|through|until|up to|or|/)\s?"
SUM = rf"(?:{SIGN}\d+(?:\.\d+)?{UNIT}?|(?<![\d.])\d+(?:\.\d+)?{UNIT}|\b(?:twenty|thirty){UNIT})"
OF_FIVE = (
    r"(?:[\s-]?(?:stars? )?(?:ou[tr](?:[\s-]of)?(?: a| the)?(?: possible| total)*(?: of)?|of|/)[\s-]?(?:5|five)\b(?:[\s-]?stars?\b)?|"
    r"[\s-]?stars?\b)"
)
PEOPLE = r"(?:customers?|costumers?|consumers?|users?|guests?|clients?|public|patrons?|visitors?|diners?)"
OPINION = (
    r"(?:rat(?:ing|ings|ed|es?|ting)|reviews?|reviewed|feedbacks?|scor(?:es?|ed|ing)|rank(?:ing|ed|s)?|reputation|satisfaction|approval)"
)
ABOUT = rf"(?:(?:{PEOPLE}|overall|food|quality|service|star|satisfaction|approval)(?:'s|s')?[\s-])*"
NOT_SO = r"(?:not|\w+n't|never|non)[\s-](?:(?:too|very|so|that|at all|an?|been|have|had|get|got|receive|really|overly|particularly)[\s-])*"
RANGE = r"(?:[\s-](?:range[sd]?|ranging|rang|rage|points?|brackets?|levels?|tags?|category|wise|scale|spectrum)\b)*"
NORMAL = r"[\s-](?:the )?(?:average|usual|normal|most)\b"

LEXEMES: tuple[tuple[str, str], ...] = (
    ("2", rf"(?:{LESS}|{MORE})?{TWENTY}{TO}{TWENTY_FIVE}"),
    ("1", rf"{LESS}{TWENTY}|{TWENTY}{OR_LESS}"),
    ("3", rf"{MORE}{THIRTY}(?:{OR_MORE})?|{THIRTY}{OR_MORE}"),
    ("A", rf"\b(?:1|one){OF_FIVE}"),
    ("B", rf"\b(?:3|three){OF_FIVE}"),
    ("C", rf"\b(?:5|five){OF_FIVE}"),
    ("D", rf"\b(?:\d(?:\.\d+)?|two|four|zero){OF_FIVE}|\b[135] out of \d"),
    ("K", rf"\b{NOT_SO}(?:expensive|pricey|costly|dear|highly[\s-]priced|high[\s-]priced?)\b"),
    ("E", rf"\b{NOT_SO}(?:the )?(?:cheap(?:est)?|inexpensive)\b"),
    ("n", rf"\b{NOT_SO}(?:high|highly|well|good|great|best)\b"),
    ("Y", rf"\b{NOT_SO}(?:rated|reviewed|recommended)(?: very| that| too)? (?:highly|well|high|good)\b"),
    ("Z", r"\bhighly[\s-](?:recommended|acclaimed|praised|regarded|thought of)\b(?! (?:for|to))"),
    ("w", r"\b(?:th[ae][nt]|on) (?:the )?average\b"),
    ("h", rf"\b(?:above|better than|higher than|more than){NORMAL}"),
    ("l", rf"\b(?:below|lower than|less than|under|cheaper than){NORMAL}"),
    ("E", words("expensive(?:ly)?", "pric(?:e?y|ier)", "costl(?:y|ier)", "up scale", "up market", "high class", "high end", "posh")),
    ("E", words("over priced")),
    ("K", words("inexpensive(?:ly)?", "cheap(?:er|est|ly)?", "economic(?:al(?:ly)?)?", "budget(?: friendly)?(?! of)", "bargains?")),
    ("K", words("low end")),
    ("F", words("affordabl[ey]", "affordability", "value for (?:your |the )?money", "(?:good|great) value")),
    ("P", rf"\b(?:in )?(?:pric(?:e|es|ed|ing){RANGE}|cost(?:s|ing)?|rang(?:e|es|ed|ing)(?: of| in)? prices?)\b"),
    ("R", rf"\b{ABOUT}{OPINION}\b(?:[\s-](?:ratings?|scores?|levels?|reviews?|ranges?|system)\b)*"),
    ("l", words("low(?:er|est|ly)?", "minimal", "reduced")),
    ("b", words("poor(?:ly)?", "bad(?:ly)?", "terribl[ey]", "awful", "horrible", "unfavou?rable", "negative(?:ly)?", "disappointing")),
    ("b", words("sub par")),
    ("v", words("average(?:ly)?", "avg")),
    ("m", words("moderate(?:ly|d)?", "mid range")),
    ("a", words("medium", "middle", "mid(?: level| ranged)?", "mediocre", "modest(?:ly)?", "okay", "ok", "normal", "standard", "adequate")),
    ("h", words("high(?:er|est|ly)?", "upper(?: end)?", "top", "superior")),
    ("e", words("excellent(?:ly)?", "great", "outstanding", "best", "perfect", "superb", "amazing", "fantastic", "exceptional(?:ly)?")),
    ("e", words("very (?:good|well)", "wonderful", "rave", "impressive")),
    ("g", words("good", "decent", "nice(?:ly)?", "fair", "reasonabl[ey]", "positive(?:ly)?", "favou?rabl[ey]", "respectable")),
    ("g", words("acceptable")),
    ("g", r"\bfairly(?=[\s-](?:rated|priced))|\bwell(?=[\s-](?:rated|reviewed|priced))|(?<=rated )well\b|(?<=priced )well\b"),
    ("S", rf"(?:{LESS}|{MORE})?{SUM}"),
    ("#", r"(?<![\d.,-])\b(?:1|3|5|one|three|five)\b(?![.,]?\d)"),
    (".", r"[.;!?](?=\s|$)|\b(?:but|however|although|though|while|yet|whereas)\b"),
    ("&", r",|/|&|\b(?:and|as well as|or|along with)\b"),
    ("c", r"[:()\"]|\b(?:is|are|was|were|of|be|being|been|has|have|having|at|as|in|by|with|an?|the|it|its|it's|their|to|from)\b"),
    ("c", r"\b(?:for|on|that|which|gets?|got|receive[sd]?|offers?|both|very|quite|rather|pretty|relatively|somewhat|just|only)\b"),
    ("c", rf"\b(?:about|around|considered|slightly|generally|fairly|also|between|does|given|said|extremely|more|most|{PEOPLE})\b"),
    ("w", r"[^\W_]+(?:['’-][^\W_]+)*"),
)
