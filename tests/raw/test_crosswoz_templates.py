"""The templates that were mined from CrossWOZ."""

import pytest

from funcgen.raw.crosswoz import Acts, first_of, say

NAME, NEAR, NONE = "Inform+酒店+名称", "Inform+酒店+周边景点", "NoOffer+酒店+none"
MINED = {
    f"{NONE}*{NAME}": [f"抱歉，没有合适的，[{NAME}]怎么样？", "后面的"],
    f"{NAME}*{NONE}": ["后面的"],
    NAME: [f"推荐[{NAME}]。"],
    f"{NEAR}*{NEAR}": [f"周边有[{NEAR}2]和[{NEAR}1][Inform+酒店+电话]。"],
    NONE: ["没有。"],
}


@pytest.mark.parametrize(
    ("acts", "text"),
    [
        ([(NAME, "天伦")], "推荐天伦。"),
        ([(NAME, "天伦"), (NONE, "")], "抱歉，没有合适的，天伦怎么样？"),
        ([(NEAR, "故宫"), (NEAR, "北海")], "周边有北海和故宫。"),
        ([(NEAR, "故宫"), (NONE, ""), (NEAR, "北海")], "周边有北海和故宫。没有。"),
        ([(NEAR, "故宫"), (NAME, "天伦")], "推荐天伦。故宫"),
        ([(NAME, "甲"), (NAME, "乙")], "甲，乙"),
        ([], ""),
    ],
)
def test_what_is_said(acts: Acts, text: str) -> None:
    assert say(acts, first_of(MINED)) == text
