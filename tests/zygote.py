"""Stages in processes of their own that start at once: this one has imported what takes seconds, and forks for each.

It reads a stage's name and a file for its output from each line, in a project's folder, and prints the new process's number; when that has
ended, its exit status, minus the signal's number where a signal ended it.
"""

import importlib
import os
import signal
import sys
from pathlib import Path

STAGES = ("ingest", "tokenize", "pretrain", "train", "generate")


def load() -> None:
    """Import all that the stages do, without computing anything: what is computed before a fork may hang behind it."""
    import mlflow.store.tracking.sqlalchemy_store  # noqa: F401
    import transformers

    from funcgen import checkpoints, decoding, reranking, training  # noqa: F401

    for name in ("AutoModelForCausalLM", "GPT2LMHeadModel"):
        getattr(transformers, name)
    for stage in STAGES:
        importlib.import_module(f"stages.{stage}")


def run(stage: str, output: str) -> None:
    """Be the stage; ends the process as the stage ends."""
    from funcgen.execution import execute

    target = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    for descriptor in (1, 2):
        os.dup2(target, descriptor)
    execute(stage, importlib.import_module(f"stages.{stage}").work)
    sys.exit()


def main() -> None:
    load()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)  # as in a terminal, wherever the tests run
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            sys.stdin = Path(os.devnull).open()  # noqa: SIM115 - the process ends with it
            run(*line.split())
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
