"""`funcgen publish`: a run's model, proven to be what its numbers were made with, handed on."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from funcgen.artifacts import EXAMPLES, INVENTORY, TRAINED, filling, write_text
from funcgen.errors import PublishingError
from funcgen.history.commits import git
from funcgen.history.revisions import Revision
from funcgen.proof import verification
from funcgen.publishing import card, checkpoint, folder, registry, wheel
from funcgen.publishing.replay import Replay, replay
from funcgen.reports.sides import Side, read

WRONG = 3
"""Findings of the proof that a refusal shows."""
SAMPLED = "its texts are samples: a request's depends on the seed and on itself alone, so that it is none of the run's"


def verified(revision: str | None) -> None:
    """Raises PublishingError where not everything holds of the state's chain, its dvc.lock and its numbers."""
    text, well = verification.verify(revision)
    if not well:
        wrong = [line.removeprefix("WRONG ") for line in text.splitlines() if line.startswith("WRONG ")]
        more = f"\n  and {len(wrong) - WRONG} more" if len(wrong) > WRONG else ""
        named = f" --rev {revision}" if revision else ""
        raise PublishingError(
            "the model is not published, as its chain does not verify:\n"
            + "\n".join(f"  {line}" for line in wrong[:WRONG])
            + f"{more}\n`funcgen verify{named}` says all; `dvc repro` makes what differs again, `dvc pull` fetches it"
        )


def tags(side: Side, replayed: Replay | None) -> Iterator[tuple[str, str]]:
    """What leads from the model to its run: commit, experiment, the keys of the chain, the digests of what it was made of, the numbers."""
    if side.commit:
        yield "git.commit", side.commit
    if isinstance(side.state, Revision):
        yield "dvc.revision", side.state.revision
    else:
        yield "git.dirty", str(bool(git("status", "--porcelain", "--untracked-files=no"))).lower()
    yield from ((f"key.{link.stage}", link.key) for link in side.links)
    made = {path: digest for link in side.links for path, digest in {**link.inputs, **link.outputs}.items()}
    for path in (str(TRAINED), str(INVENTORY.parent), str(EXAMPLES)):
        yield f"sha256.{path}", made[path]
    yield from ((f"{axis}.name", str(side.params[f"{axis}.name"])) for axis in ("task", "expression", "strategy", "model"))
    yield "split", side.split
    yield from ((name, f"{score['score']:.2f}") for name, score in side.metrics["evaluate"].items() if name != "slices")
    yield "replayed", f"{replayed.asked} of {replayed.of} inputs, all equal to the run's" if replayed else SAMPLED


def publish(revision: str | None, name: str, alias: str) -> str:
    """Register the model of a state under a name with an alias; a line that says how to serve it. Raises FuncgenError."""
    verified(revision)
    side = read(revision)
    if not side.items:
        raise PublishingError(f"the model is not published: {'; '.join(side.missing)}")
    with tempfile.TemporaryDirectory() as scratch:
        model = Path(scratch) / "model"
        checked = folder.gather(side.state, model)
        built = wheel.build(side.state, Path(scratch) / "wheel")
        modules = wheel.unpacked(built, Path(scratch) / "modules")
        sampled = checked.generate.method == "sample"
        replayed = None if sampled else replay(model, modules, side.items)
        write_text(model / card.NAME, card.card(side, checked, name))
        found = registry.register(name, alias, model, built, side.items[0].example, dict(tags(side, replayed)), [model / card.NAME])
    asked = SAMPLED if replayed is None else f"asked alone, it writes the run's texts: {replayed.asked} of {replayed.of} inputs were asked"
    return f"{found.uri} is version {found.version} of {found.name}; {asked}\nserve it: make serve NAME={found.name} ALIAS={found.alias}"


def export(revision: str | None, target: Path, name: str) -> str:
    """Write the plain network of a state as a checkpoint folder with a card; a line that says so. Raises FuncgenError."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise PublishingError(f"{target}: is there and not an empty folder; name another, or remove it")
    verified(revision)
    side = read(revision)
    with tempfile.TemporaryDirectory() as scratch:
        checked = folder.gather(side.state, Path(scratch))
        trained = Path(scratch) / TRAINED
        checkpoint.check(trained, checked.strategy.name)
        with filling(target) as new:
            for file in sorted(path for path in trained.iterdir() if path.is_file()):
                shutil.copyfile(file, new / file.name)
            write_text(new / card.NAME, card.card(side, checked, name))
    return f"written: {target}, which AutoModelForCausalLM and AutoTokenizer load, with its card, {target / card.NAME}"
