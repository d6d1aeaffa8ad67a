"""Markdown that no data break: parsed as GitHub's dialect is, with any text in each place."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from funcgen.reports.markdown import LIMIT, code, details, fence, prose, shortened, table, visible
from tests.hostile import HUGE, hard_text, some_examples

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
BREAKING = [
    *("a | b", "\\|", "a\\", "```\n# x", "`", "``|`", "``", "`` ` ``", "~~~", "</details>", "<!--", "</code>|", "<script>", "]]>"),
    *("&#124;", "&amp;", "a\nb", "\r", "| a |\n|---|", "$x$", "> q", "# h", "*a*", "__b__", "[a](b)", "![](x)", "    code"),
    *("@all #1", "\u202e", "\0", " ", ""),
]


def leaves(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from leaves(token.children or [])


def shown(tokens: Sequence[Token]) -> str:
    """The text that a reader sees."""
    return "".join(token.content for token in leaves(tokens) if token.type in ("text", "code_inline", "text_special"))


def cells(text: str) -> list[list[Token]]:
    """The content of each cell of the only table."""
    tokens = PARSER.parse(text)
    assert [token.type for token in tokens if token.level == 0] == ["table_open", "table_close"]
    return [list(leaves(tokens[i + 1 : i + 2])) for i, token in enumerate(tokens) if token.type == "td_open"]


def check_cell(text: str) -> None:
    found = cells("\n".join(table(["name", "before"], [[code(text), "1.00"], ["x", code(text)]])))
    assert len(found) == 4
    for place in (found[0], found[3]):
        kinds = {token.type for token in place}
        assert kinds <= {"inline", "text", "text_special", "code_inline", "html_inline", "em_open", "em_close"}
        assert {token.content for token in place if token.type == "html_inline"} <= {"<code>", "</code>"}
        seen = "".join(token.content for token in place if token.type in ("text", "text_special", "code_inline"))
        if text.strip():
            assert seen.split() == shortened(visible(text)).split()
        else:
            assert seen in ("empty", "blank", shortened(visible(text)))


@given(hard_text)
@some_examples
def test_any_text_is_one_cell(text: str) -> None:
    check_cell(text)


@pytest.mark.parametrize("text", [*BREAKING, *(text[:400] for text in HUGE.values())], ids=lambda text: repr(text[:12]))
def test_breaking_texts(text: str) -> None:
    check_cell(text)
    check_fence(text)
    check_prose(text)


@given(hard_text)
@some_examples
def test_any_text_is_one_line_of_a_fence(text: str) -> None:
    check_fence(text)


def check_fence(text: str) -> None:
    lines = ["before", f"  {visible(text)}", visible(text), "after"]
    inside = PARSER.parse("\n".join(details("title", list(fence(lines, "diff")))))
    assert [token.type for token in inside] == ["html_block", "fence", "html_block"]
    assert inside[1].content == "\n".join(lines) + "\n"


@given(hard_text)
@some_examples
def test_any_text_is_one_sentence(text: str) -> None:
    check_prose(text)


def check_prose(text: str) -> None:
    tokens = PARSER.parse(f"> a {prose(text)} z")
    assert [token.type for token in tokens] == ["blockquote_open", "paragraph_open", "inline", "paragraph_close", "blockquote_close"]
    assert {token.type for token in leaves(tokens) if token.level >= 0} <= {
        *("blockquote_open", "paragraph_open", "inline", "paragraph_close", "blockquote_close", "text", "text_special"),
    }
    assert shown(tokens).split() == f"a {shortened(visible(text), 2 * LIMIT)} z".split()


def test_long_texts_are_cut() -> None:
    assert shortened("ab" * 200) == "ab" * 150 + "… (100 characters more)"
    assert len(code(HUGE["letters"])) < 400
    assert visible("a\n\0\u202e\ud800👩\u200d👧") == "a\\n\\x00\\u202e\\ud800👩\u200d👧"
