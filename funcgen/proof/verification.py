"""Everything that can be checked of a state: the chain, dvc.lock, the numbers; what was checked with counts, and what is wrong."""

from collections.abc import Callable, Iterator

from funcgen.artifacts import GENERATIONS, METRICS
from funcgen.errors import FuncgenError
from funcgen.history.revisions import tree
from funcgen.params import PATH
from funcgen.proof import chain, lock, numbers
from funcgen.proof.record import LOCK, Record
from funcgen.proof.witnesses import Witness, judged
from funcgen.provenance import link_path, outputs_of

PARTLY = "generate"
"""The file of which a part alone can be derived: what a search left unfinished is not in its texts."""
Check = Callable[[Record], Iterator[Witness | str]]


class Findings:
    """What was checked, for people, what is wrong, a line each, and what witnesses say."""

    def __init__(self) -> None:
        self.checked: list[str] = []
        self.wrong: list[str] = []
        self.witnesses: list[Witness] = []

    def take(self, record: Record, check: Check) -> int:
        """Gather what a check finds; the number of its witnesses. What it cannot read is one thing that is wrong."""
        before = len(self.witnesses)
        try:
            for found in check(record):
                if isinstance(found, Witness):
                    self.witnesses.append(found)
                else:
                    self.wrong.append(found)
        except FuncgenError as error:
            self.wrong += str(error).splitlines()
        return len(self.witnesses) - before


def digests(record: Record, findings: Findings) -> None:
    """Check the chain and dvc.lock."""
    count = findings.take(record, chain.links)
    kinds = [witness.place.partition(".")[0] for witness in findings.witnesses]
    of_each = ", ".join(f"{kinds.count(kind)} {kind}" for kind in ("key", "upstream", "code", "inputs", "outputs", "params"))
    findings.checked.append(f"the chain, against dvc.yaml, {PATH} and the files: {count} entries ({of_each})")
    count = findings.take(record, lock.entries)
    findings.checked.append(f"{LOCK}, against the same: {count} entries")
    findings.wrong += judged(findings.witnesses)


def values(record: Record, findings: Findings) -> None:
    """Make the numbers again and compare them."""
    try:
        outputs = numbers.read(record)
        right = numbers.derived(outputs)
    except FuncgenError as error:
        findings.wrong += [f"no number can be derived: {line}" for line in str(error).splitlines()]
        return
    for name, content in right.items():
        findings.take(record, lambda record, name=name, content=content: numbers.compared(record, name, content, name == PARTLY))  # type: ignore[misc]
        findings.checked.append(f"{METRICS / name}.json: {len(numbers.cells(content))} values, derived again from {GENERATIONS}")
    findings.take(record, lambda _: numbers.executed(outputs))
    findings.checked.append(f"{GENERATIONS}: {len(outputs.rows)} expressions, executed again")


def unproven(record: Record) -> Iterator[str]:
    """What of metrics/ is checked by its digest alone, and what belongs to no stage; nothing where there is no graph to tell by."""
    try:
        graph = record.graph
    except FuncgenError:  # among what is wrong already
        return
    made = {path for stage, entry in graph.items() for path in outputs_of(stage, entry)}
    again = {f"{METRICS / name}.json" for name in ("evaluate", "baselines", "signatures")}
    alone = sorted(path for path in made if path.startswith(f"{METRICS}/") and path not in {*again, f"{METRICS / PARTLY}.json"})
    yield f"by digest alone: {', '.join([*alone, f'the rest of {METRICS / PARTLY}.json'])}"
    there = {f"{METRICS}/{name}" for name in record.contents(str(METRICS)) or {}}
    links = {str(link_path(stage)) for stage in graph}
    further = sorted(there - made - links)
    if further:
        yield f"not of the chain, not checked: {', '.join(further)}"


def verify(revision: str | None) -> tuple[str, bool]:
    """The findings as text, and whether all holds; raises ArtifactError where there is no such revision."""
    record = Record(tree(revision))
    findings = Findings()
    digests(record, findings)
    values(record, findings)
    findings.checked += unproven(record)
    wrong = list(dict.fromkeys(findings.wrong))
    lines = [f"in {revision or 'the workspace'}:", *(f"  {line}" for line in findings.checked), *(f"WRONG {line}" for line in wrong)]
    verdict = f"{len(wrong)} things are wrong" if len(wrong) > 1 else "1 thing is wrong" if wrong else "everything holds"
    return "\n".join([*lines, verdict]), not wrong
