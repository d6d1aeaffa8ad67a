"""One execution of a stage: parameters checked first, provenance around the work, a tracking run beside it."""

import sys
import time
from collections.abc import Callable

from funcgen import params, provenance, tracking
from funcgen.errors import FuncgenError
from funcgen.params import Params
from funcgen.provenance import Link
from funcgen.tracking import StageRun

Work = Callable[[Params, StageRun], None]


def execute(stage: str, work: Work) -> None:
    """Run `work` as the stage of that name; what is wrong is said on standard error, with exit status 1 and no traceback."""
    try:
        checked = params.load()
        link = provenance.start(stage)
        with tracking.run(stage) as run:
            work(checked, run)
            link = provenance.finish(link)
            record(link, run)
            run.metrics({tracking.CPU_SECONDS: round(time.process_time(), 1)})
    except FuncgenError as error:
        sys.exit(f"{stage}: {error}")
    except KeyboardInterrupt:
        sys.exit(f"{stage}: interrupted")


def record(link: Link, run: StageRun) -> None:
    """Give the tracking run the parameters and digests of the whole chain, so that one row of the store says it all."""
    chain = provenance.chain(link)
    run.params({name: value for earlier in chain for name, value in earlier.params.items()})
    run.tags({f"key.{earlier.stage}": earlier.key for earlier in chain})
    run.tags({"stage": link.stage, "key": link.key})
    run.datasets(link.inputs, "input")
    run.datasets(link.outputs, "output")
