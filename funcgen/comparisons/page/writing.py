"""The page as one file; what it says in words is what the Markdown says, so that both agree."""

import html
import re
from collections.abc import Iterable, Iterator

from markdown_it import MarkdownIt

from funcgen.artifacts import write_text
from funcgen.comparisons import tables
from funcgen.comparisons.page.charts import charts
from funcgen.comparisons.results import BLEU, LOSS, Result, Row, plain
from funcgen.comparisons.verdicts import Verdict
from funcgen.reports.page.writing import filled

PACKAGE = "funcgen.comparisons.page"
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def write(result: Result) -> None:
    """Write the page beside the Markdown."""
    write_text(tables.DOCS / f"{result.plan.name}.html", page(result))


def page(result: Result) -> str:
    """The whole page."""
    data = {"charts": charts(result), "result": plain(result)}
    return filled(PACKAGE, f"funcgen: {result.plan.layout.title}", data, "".join(body(result)))


def body(result: Result) -> Iterator[str]:
    """What the page says, as HTML."""
    layout = result.plan.layout
    workloads = "1 workload" if len(layout.workload) == 1 else f"{len(layout.workload)} workloads"
    yield f"<header><h1>{text(layout.title)}</h1>"
    yield f'<p class="quiet">{len(layout.optimizer)} optimizers, {workloads}, {len(layout.seeds)} seeds, '
    yield f"{layout.trials} trials each; against <b>{text(layout.baseline)}</b></p></header><main>"
    yield f'<section aria-label="Verdicts">{"".join(overview(result))}</section>'
    for workload in layout.workload:
        rows = [row for row in result.rows if row.workload == workload.name]
        yield f"<section><h2>{text(workload.label or workload.name)}</h2>"
        yield f'<div class="charts" data-charts="{text(workload.name)}"></div>'
        yield card(tables.standing(rows, workload, result))
        yield card(tables.compared(rows, result))
        yield card(tables.costs(rows, workload, result))
        yield "</section>"
    if result.batches:
        yield '<section><h2>Batch sizes</h2><div class="charts" data-charts="batches"></div>'
        yield card(tables.swept(result))
        yield "</section>"
    yield "<section><h2>The method</h2>"
    yield from (f"<p>{inline(line)}</p>" for line in tables.method(result) if line)
    yield card(tables.checked(result.checks))
    for name, end in sorted(result.failed.items()):
        yield f'<h3 class="warning">{text(name)} failed</h3><pre>{text(end)}</pre>'
    yield "</section></main>"


def overview(result: Result) -> Iterator[str]:
    """All verdicts at once."""
    layout = result.plan.layout
    yield '<div class="card"><table class="verdicts"><tr><th></th>'
    yield from (f'<th colspan="2">{text(workload.label or workload.name)}</th>' for workload in layout.workload)
    yield "</tr><tr><th></th>" + "<th>validation loss</th><th>BLEU</th>" * len(layout.workload) + "</tr>"
    for optimizer in layout.optimizer:
        rows = [result.row(workload.name, optimizer.name) for workload in layout.workload]
        yield f"<tr><td><code>{text(optimizer.name)}</code></td>"
        yield from (cell(row, measure) for row in rows for measure in (LOSS, BLEU))
        yield "</tr>"
    yield "</table></div>"


def cell(row: Row, measure: str) -> str:
    """A verdict and the mean under it."""
    found = row.means[measure]
    mean = "failed" if found is None else f"{found.mean:.{tables.DIGITS[measure]}f}"
    verdict = row.verdicts.get(measure)
    word = badge(verdict) if verdict else '<span class="badge">baseline</span>'
    return f'<td>{word}<br><span class="quiet">{mean}</span></td>'


def badge(verdict: Verdict) -> str:
    """A verdict's word; why, when one points at it."""
    return f'<span class="badge {verdict.word}" title="{text(verdict.reason)}">{verdict.word}</span>'


def card(lines: Iterable[str]) -> str:
    """A table of Markdown, in a frame, and the sentences below it, as HTML."""
    found = emphasized(MARKDOWN.render("\n".join(lines)))
    framed = found.replace("<table>", '<div class="card"><table>').replace("</table>", "</table></div>")
    return framed.replace("<p>", '<p class="quiet">')


def inline(line: str) -> str:
    """A sentence of Markdown as HTML."""
    return emphasized(MARKDOWN.renderInline(line))


def emphasized(found: str) -> str:
    """HTML in which a word in bold has its own class, so that verdicts have their colours."""
    return re.sub(r"<strong>(\w+)</strong>", r'<b class="\1">\1</b>', found)


def text(value: str) -> str:
    """Text that no sign of which means anything."""
    return html.escape(value)
