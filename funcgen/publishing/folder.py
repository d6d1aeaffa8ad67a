"""The folder of a published model: what a run has written that is needed to write texts, and nothing else."""

import shutil
from pathlib import Path

from funcgen import params
from funcgen.artifacts import EXAMPLES, INVENTORY, TEACHER, TEXT_NETWORK, TRAINED, write_json
from funcgen.history.revisions import Tree
from funcgen.params import Params
from funcgen.proof.record import Record
from funcgen.provenance import link_path
from funcgen.publishing.inputs import LIMIT
from funcgen.publishing.served import INPUTS
from funcgen.storage.examples import read_examples


def gather(state: Tree, folder: Path) -> Params:
    """Fill `folder` from a state; its parameters. Raises FuncgenError where something is not to be had.

    Beside parameters, inventory and what stage train has left lie the chain's links, and what the inputs may be.
    """
    checked = params.load(state.copy(str(params.PATH), folder))
    for path in (INVENTORY, TRAINED, *map(link_path, Record(state).graph)):
        state.copy(str(path), folder)
    unused = [TEACHER, *([] if checked.generate.choose.asks_texts else [TEXT_NETWORK])]
    for path in unused:
        shutil.rmtree(folder / path, ignore_errors=True)
    limits = {"names": names(state, folder), "characters": min(LIMIT, checked.ingest.max_characters)}
    write_json(folder / INPUTS, limits)
    return checked


def names(state: Tree, folder: Path) -> list[str]:
    """The names of arguments that training has shown, sorted."""
    scratch = folder.with_name(f"{folder.name}.examples")
    try:
        state.copy(str(EXAMPLES / "train.parquet"), scratch)
        return sorted({name for example in read_examples("train", scratch / EXAMPLES) for name, _ in example.arguments})
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
