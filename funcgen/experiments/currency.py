"""Whether an experiment is what running its arm again would make: then a study that was interrupted need not run it again.

DVC's run cache cannot tell: DVC keeps none for a stage with an output that git tracks and that is no metric, as the links of
`funcgen.provenance` are. The links themselves can: they hold the digests of all code and raw data that the numbers come from.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from funcgen import params
from funcgen.artifacts import GENERATIONS
from funcgen.errors import FuncgenError
from funcgen.experiments import overrides
from funcgen.history import trace
from funcgen.history.revisions import Revision, Workspace
from funcgen.provenance import Link, environment


def current(revision: str, settings: dict[str, str]) -> bool:
    """Whether an experiment has an arm's parameters, this environment, and the workspace's code and raw data, and its texts are there."""
    try:
        state = Revision(revision)
        if state.digest(str(GENERATIONS)) is None or experiment_params(state) != overrides.load(settings):
            return False
        links = trace.links(state)
    except FuncgenError:  # of another version of the project
        return False
    return same(links)


def same(links: Sequence[Link]) -> bool:
    """Whether a chain was made in this environment, of the workspace's code and raw data."""
    workspace, here = Workspace(), environment()
    made = {path for link in links for path in link.outputs}
    needed = {path: digest for link in links for path, digest in {**link.code, **link.inputs}.items() if path not in made}
    return all({**link.environment, **here} == link.environment for link in links) and all(
        workspace.digest(path) == digest for path, digest in needed.items()
    )


def experiment_params(state: Revision) -> params.Params:
    """The parameters of an experiment; raises ArtifactError and ParameterError."""
    with tempfile.TemporaryDirectory() as folder:
        return params.load(state.copy(str(params.PATH), Path(folder)))
