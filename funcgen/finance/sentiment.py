"""How a sentence of financial news sounds, by counting words of a hand-written lexicon: it learns nothing, and scores are read against it.

What goes up is good and what goes down is bad, unless the sentence names a loss, a cost or a debt: those turn it round. The words were
written down from knowledge of such news, not found in the data.
"""

import re

from funcgen.calls.canonical import Call, quote, render
from funcgen.finance.topics import topic

CLASSES = ("negative", "neutral", "positive")


def words(alternatives: str) -> re.Pattern[str]:
    """Whole words, whatever their case."""
    return re.compile(rf"\b(?:{alternatives})\b", re.IGNORECASE)


UP = words(r"increas\w*|grow\w*|grew|growth|rise\w*|rising|rose|higher|climb\w*|gain\w*|jump\w*|soar\w*|surg\w*|doubl\w*|tripl\w*|up")
DOWN = words(r"decreas\w*|declin\w*|fall\w*|fell|drop\w*|lower\w*|down|slip\w*|plung\w*|sank|shr[aiu]nk\w*|narrow\w*|reduc\w*")
GOOD = words(
    r"improv\w*|strong\w*|strengthen\w*|success\w*|award\w*|won|wins?|record|exceed\w*|better|profitab\w*|boost\w*|expand\w*|expansion|"
    r"efficien\w*|leading|positive|recover\w*|signed|upgrad\w*|outperform\w*|benefit\w*|well"
)
BAD = words(
    r"weak\w*|worse\w*|poor\w*|negative|warn\w*|lay-?offs?|laid off|dismiss\w*|redundan\w*|bankrupt\w*|cut|cuts|clos(e|es|ed|ing|ure)|"
    r"terminat\w*|strikes?|fail\w*|lawsuit|fine[ds]?|downgrad\w*|impairment|write-?downs?|difficult\w*|slow\w*|delay\w*|temporar(y|ily)"
)
TURNED = words(r"loss|losses|costs?|expenses?|debts?|unemployment")


def sentiment(sentence: str) -> str:
    """One of CLASSES: the sign of good words less bad ones."""
    moves = len(UP.findall(sentence)) - len(DOWN.findall(sentence))
    told = len(GOOD.findall(sentence)) - len(BAD.findall(sentence))
    score = told + (-moves if TURNED.search(sentence) else moves)
    return "positive" if score > 0 else "negative" if score < 0 else "neutral"


def report(topic: str, sentiment: str) -> str:
    """The call that says both."""
    return render(Call("report", (("topic", quote(topic)), ("sentiment", quote(sentiment)))))


def by_lexicon(sentence: str) -> str:
    """The call that the rules of topics and this lexicon make of a sentence."""
    return report(topic(sentence), sentiment(sentence))
