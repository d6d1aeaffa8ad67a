"""Texts that are hard to edit without loss."""

from hypothesis import strategies as st

ATOMS = [
    *("the", "The", "THE", "cat", "a", "A", "don't", "gym’s", "3:30", "1,000", "#Person1#", "<b>", "{name}", "ß", "İ", "ŉ", "e\u0301"),
    *(" ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u3000", "\x1c"),
    *(".", ",", "(", ")", "“", "”", "'", '"', "$", "…", "-"),
    *("猫", "闹钟", "。", "，", "《", "𠀀"),
    *("🙂\u200d", "\0", "\x7f", "\u202e", "⟨", "⟩", "⟨0⟩", "⟨keep⟩", "⟨+the⟩", "<|end|>", "((((", "\\", "{", "}"),
]
hard_texts = st.lists(st.sampled_from(ATOMS) | st.sampled_from([" ", "the", "cat"]), max_size=14).map("".join)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | hard_texts
"""A lone surrogate is no text: UTF-8 has no bytes for it."""
