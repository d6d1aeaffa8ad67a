"""One execution of a stage: parameters checked first, provenance around the work, a tracking run and a memory beside it."""

import hashlib
import json
import sys
import time
from collections.abc import Callable

from funcgen import params, provenance, tracking
from funcgen.computing import kernels
from funcgen.errors import FuncgenError
from funcgen.params import Params
from funcgen.provenance import Link
from funcgen.resumption import interruption, storage
from funcgen.resumption.interruption import Interrupted
from funcgen.resumption.memory import alone, remembering
from funcgen.tracking import StageRun

Work = Callable[[Params, StageRun], None]


def execute(stage: str, work: Work) -> None:
    """Run `work` as the stage of that name; what is wrong is said on standard error, with exit status 1 and no traceback.

    A signal ends it with the status that shells give, 130 for Ctrl-C and 143 for SIGTERM; what `work` kept by then it goes on from.
    """
    try:
        with interruption.heeded():
            run(stage, work)
    except FuncgenError as error:
        sys.exit(f"{stage}: {error}")
    except OSError as error:
        said = storage.explained(error)
        if said is None:
            raise
        sys.exit(f"{stage}: {said}")
    except Interrupted as stopped:
        then = f"goes on from {stopped.saved}" if stopped.saved else "starts it again"
        print(f"{stage}: {stopped}; the same command {then}", file=sys.stderr)
        sys.exit(stopped.status)


def run(stage: str, work: Work) -> None:
    """Run `work` and write the stage's link of the chain."""
    checked = params.load()
    kernels.settle(checked.compute.numeric_mode)
    with alone(stage):
        link = provenance.start(stage)
        with remembering(stage, key(link)) as memory, tracking.run(stage, memory) as tracked:
            work(checked, tracked)
            link = provenance.finish(link)
            record(link, tracked)
            tracked.metrics({tracking.CPU_SECONDS: round(time.process_time(), 1)})


def key(link: Link) -> str:
    """sha256 over all that determines the bytes that a stage makes, as far as it is known before torch is imported."""
    machine = [provenance.processor(), kernels.chosen()]
    return hashlib.sha256(json.dumps([provenance.key_of(link), machine], sort_keys=True).encode()).hexdigest()


def record(link: Link, run: StageRun) -> None:
    """Give the tracking run the parameters and digests of the whole chain, so that one row of the store says it all."""
    chain = provenance.chain(link)
    run.params({name: value for earlier in chain for name, value in earlier.params.items()})
    run.tags({**{f"key.{earlier.stage}": earlier.key for earlier in chain}, "stage": link.stage, "key": link.key})
    run.datasets(link.inputs, "input")
    run.datasets(link.outputs, "output")
