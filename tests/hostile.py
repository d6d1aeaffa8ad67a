"""Texts that break programs: signs with a meaning, control characters, letters that look like others, scripts without spaces."""

from hypothesis import settings
from hypothesis import strategies as st

some_examples = settings(max_examples=60, deadline=None)
more_examples = settings(max_examples=300, deadline=None)

SIGNS = [
    *"{}()[]<>:=%/\\|+-*^.,;!?'’\"“”«»#@&_~`$€£\0\x07\x1b\x7f\x85\n\t \u00a0\u3000\u200b\u202e\ufeff\u2028ßİŉﬁéÄаѕΩ²½٣７🙂が𝐚𠀀aA7",
    *["  ", "\r\n", "e\u0301", "👩\u200d👧", "闹钟", "東京", "ไทย"],
    *["the", "The", "kid", "friendly", "not", "07", "30", "07:30", "2026-03-14", "%7B", "{x}", "{(}", "<|end|>"],
]
any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
hard_text = any_text | st.lists(st.sampled_from(SIGNS), max_size=12).map("".join)
"""Any text but one with lone surrogates, which UTF-8 has no bytes for."""
some_text = hard_text.filter(bool)
HUGE = {
    "braces": "{" * 10_000 + "}" * 10_000,
    "parentheses": "(" * 10_000 + ")" * 10_000,
    "brackets": "[" * 10_000 + "]" * 10_000,
    "angles": "<" * 10_000 + ">" * 10_000,
    "fences": "⟨" * 10_000 + "⟩" * 10_000,
    "open references": "{a" * 10_000,
    "references": "{1}" * 10_000,
    "quotations": '{"' * 10_000,
    "powers": "9^" * 10_000 + "9",
    "spaces": " " * 200_000,
    "letters": "a" * 2_000_000,
    "control characters": "\0\x1b\x7f\x85" * 10_000,
    "nothing": "",
}
"""Large texts, by what they are made of."""
