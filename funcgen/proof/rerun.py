"""`funcgen verify --rerun STAGE`: the stage once more, in a folder of its own, and whether it makes the bytes that are recorded.

The folder holds copies of what the stage reads and all of the code, and gets a tracking store and a memory of its own; nothing in
the workspace is written, and nothing that the workspace remembers of an unfinished run is used.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from funcgen.artifacts import main_repository
from funcgen.errors import ArtifactError
from funcgen.history.revisions import tree
from funcgen.params import PATH, flatten, near
from funcgen.proof.record import Record
from funcgen.proof.witnesses import at, same, shown
from funcgen.provenance import (
    GRAPH,
    Link,
    code_of,
    digest,
    files_in,
    inputs_of,
    key_of,
    link_path,
    outputs_of,
    params_of,
    read_link,
    upstream_of,
)
from funcgen.raw.downloads import DOWNLOADS, VARIABLE

CODE = ("funcgen", "stages")
TAIL = 2000
"""Characters of what a stage that failed said."""


def rerun(stage: str, revision: str | None) -> tuple[str, bool]:
    """What came out, as text, and whether the bytes are the recorded ones; raises ArtifactError where it cannot run."""
    record = Record(tree(revision))
    if stage not in record.graph:
        raise ArtifactError(f"--rerun {stage}: is no stage; {near(stage, list(record.graph))}")
    if stage not in record.links:
        raise ArtifactError("; ".join(record.unreadable))
    link, entry = record.links[stage], record.graph[stage]
    changed = [path for path in inputs_of(entry) if path not in link.inputs or record.digest(path) != link.inputs[path]]
    if changed:
        raise ArtifactError(f"the recorded inputs of {stage} are not here: {', '.join(changed)}; `dvc pull` fetches what was pushed")
    notes = [f"  note: {line}" for line in otherwise(record, link)]
    with tempfile.TemporaryDirectory() as name:
        folder, recorded = Path(name) / "run", Path(name) / "recorded"
        folder.mkdir()
        # Links also of stages further up: the tracking run says the whole chain.
        further = [str(link_path(other)) for other in record.links if other != stage]
        for path in dict.fromkeys((str(GRAPH), str(PATH), *CODE, *inputs_of(entry), *further)):
            record.state.copy(path, folder)
        run(stage, folder)
        lines = list(differing(record, link, folder, recorded))
        notes += [f"  note: {line}" for line in environments(link, folder)]
    outputs = len(outputs_of(stage, entry))
    verdict = f"{len(lines)} files differ" if len(lines) > 1 else "1 file differs" if lines else "the bytes are the recorded ones"
    head = f"{stage} again, in a scratch folder: {outputs} outputs compared with metrics/provenance/{stage}.json"
    return "\n".join([head, *notes, *(f"WRONG {line}" for line in lines), verdict]), not lines


def otherwise(record: Record, link: Link) -> Iterator[str]:
    """What is not as it was recorded and may explain other bytes; the stage runs with it all the same."""
    entry = record.graph[link.stage]
    for path in code_of(entry):
        if path not in link.code or record.digest(path) != link.code[path]:
            yield f"{path} is not the code that was recorded"
    used = params_of(entry, record.values)
    for name in sorted({*used, *link.params}):
        now, then = (at(node, name) for node in (used, link.params))
        if not same(now, then):
            yield f"{PATH} {name} is {shown(now)}, was {shown(then)}"
    for stage in upstream_of(entry):
        if stage not in link.upstream or stage not in record.links or key_of(record.links[stage]) != link.upstream[stage]:
            yield f"{link_path(stage)} is not the link that was recorded"


def environments(link: Link, folder: Path) -> Iterator[str]:
    """What of machine and packages is not as it was recorded."""
    now, then = flatten(read_link(folder / link_path(link.stage)).environment), flatten(link.environment)
    for name in sorted({*now, *then}):
        values = [at(node, name) for node in (now, then)]
        if not same(*values):
            yield f"{name} is {shown(values[0])}, was {shown(values[1])}"


def environment() -> dict[str, str]:
    """This process's environment without what ties it to the workspace's tracking store and memory."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DVC_", "MLFLOW_"))}
    data = Path(os.environ[VARIABLE]).expanduser() if os.environ.get(VARIABLE) else DOWNLOADS
    return {**kept, VARIABLE: str((main_repository() / data).resolve())}


def run(stage: str, folder: Path) -> None:
    """Run the stage in `folder`; raises ArtifactError where it fails."""
    command = [sys.executable, "-m", f"stages.{stage}"]
    given = {**environment(), "PYTHONPATH": os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))}
    done = subprocess.run(command, cwd=folder, env=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise ArtifactError(f"{stage} failed in the scratch folder, with status {done.returncode}:\n{done.stdout[-TAIL:].rstrip()}")


def differing(record: Record, link: Link, folder: Path, recorded: Path) -> Iterator[str]:
    """A line for each file that the stage made otherwise than is recorded, with the place of the first other byte if it is to be had."""
    for path in outputs_of(link.stage, record.graph[link.stage]):
        written = at(link.outputs, path)
        if digest(folder / path) == written:
            continue
        if record.digest(path) != written:
            yield f"{path}: differs; the recorded one is not here, so that nothing says where"
            continue
        record.state.copy(path, recorded)
        names = {file.relative_to(root).as_posix() for root in (folder, recorded) for file in files(root / path)}
        yield from (line for name in sorted(names) for line in difference(name, folder / name, recorded / name))


def files(path: Path) -> list[Path]:
    """The files of a folder, or the file."""
    return files_in(path) if path.is_dir() else [path]


def difference(name: str, now: Path, then: Path) -> Iterator[str]:
    """A line where two files differ."""
    if not (now.exists() and then.exists()):
        yield f"{name}: is {'made now' if now.exists() else 'not made now'}, and {'' if then.exists() else 'not '}in what is recorded"
        return
    one, other = now.read_bytes(), then.read_bytes()
    if one != other:
        at = next((index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
        yield f"{name}: {len(one)} bytes, recorded {len(other)}; they differ from byte {at}"
