"""Slot errors: whether a text says its arguments, all of them and nothing else, by hand-made patterns over the text alone.

No checker knows how this project writes texts: it imports no expression, executor, template or phrasing, so that a system cannot agree
with its checker by sharing its mistakes.
"""
