"""What a sentence of financial news is about: the first topic of TOPICS one of whose words it holds, case aside; else OTHER.

The order is part of the rules: what is expected of sales is outlook and not results, and an order whose price is told is no result.
"""

import re
from collections.abc import Mapping

OTHER = "other"
TOPICS: Mapping[str, str] = {
    "outlook": (
        r"forecasts?|guidance|outlook|profit warning|(expects?|estimates?) (that )?(its|the)|"
        r"(is|are) (expected|estimated) to (be|grow|rise|increase|improve|decrease|fall)"
    ),
    "personnel": (
        r"employ(s|ed|ees?|ment)|personnel|staff|jobs?|workers?|lay-?offs?|laid off|redundan\w+|dismiss\w*|strikes?|trade unions?|"
        r"appoint\w*|resign\w*|board of directors"
    ),
    "results": (r"profits?|loss|losses|sales|turnover|EBITD?A?|earnings|revenues?|EPS|margins?|net (interest )?income|cash flow|results?"),
    "orders": r"orders?|ordered|contracts?|agreements?|deliver\w*|suppl(y|ies|ied)|awarded|tenders?|deals?",
    "deals": r"acqui(re\w*|ring|sitions?)|merge\w*|divest\w*|sells?|sold|buys?|bought|stakes?|take-?overs?|joint venture|transactions?",
    "shares": r"shares?|shareholders?|dividends?|stocks?|options?|bonds?|securities|OMX|Nasdaq|voting rights",
    "operations": (
        r"plants?|factory|factories|production|capacity|invest\w*|construct\w*|buildings?|mills?|mines?|stores?|offices?|facilit(y|ies)|"
        r"projects?|open(s|ed|ing)?|restructur\w+"
    ),
    "products": r"products?|services?|technolog\w+|solutions?|launch\w*|software|systems?|networks?|phones?|customers?|designs?",
}
"""Each topic and the words that tell it, as a regular expression of whole words."""
WORDS = {topic: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for topic, words in TOPICS.items()}


def topic(sentence: str) -> str:
    """The topic of a sentence."""
    return next((name for name, words in WORDS.items() if words.search(sentence)), OTHER)
