"""The `funcgen` command: parameters checked, numbers shown, traced and verified, states compared, models published, contests run."""

import argparse
import os
import sys
from pathlib import Path

from funcgen import params
from funcgen.errors import FuncgenError
from funcgen.history import trace
from funcgen.monitoring.settings import Settings
from funcgen.monitoring.settings import checked as checked_settings
from funcgen.reports import scores


def parser() -> argparse.ArgumentParser:
    """The command line; each subcommand's `run` takes the parsed arguments and returns what to print and whether all is well."""
    main = argparse.ArgumentParser(prog="funcgen", description=__doc__)
    commands = main.add_subparsers(required=True, metavar="COMMAND")

    check = commands.add_parser("check", help="say what is wrong with params.yaml, if anything")
    check.set_defaults(run=checked)

    metrics = commands.add_parser("metrics", help="show the scores of the workspace, a revision or an experiment as a table")
    metrics.add_argument("--rev", metavar="REVISION", help="git revision or experiment; the workspace if not given")
    metrics.set_defaults(run=lambda arguments: (scores.metrics_table(arguments.rev), True))

    chain = commands.add_parser("trace", help="print the chain behind a number, and check every digest on the way")
    chain.add_argument(
        "metric", nargs="?", metavar="METRIC", help="dotted name in metrics/evaluate.json, such as bleu.score; all if not given"
    )
    chain.add_argument("--rev", metavar="REVISION", help="git revision or experiment; the workspace if not given")
    chain.set_defaults(run=lambda arguments: trace.trace(arguments.metric, arguments.rev))

    proof = commands.add_parser("verify", help="check every digest, and make every number again that comes from the texts")
    proof.add_argument("--rev", metavar="REVISION", help="git revision or experiment; the workspace if not given")
    other = proof.add_mutually_exclusive_group()
    other.add_argument("--explain", metavar="SCORE", help="name the convention by which somebody else's score of these texts came out")
    other.add_argument("--rerun", metavar="STAGE", help="run a stage again in a scratch folder and compare the bytes that it makes")
    proof.add_argument("--metric", metavar="METRIC", default="bleu", help="the metric of --explain; bleu if not given")
    proof.set_defaults(run=verified)

    compared = commands.add_parser("report", help="compare the workspace, a revision or an experiment with another, as Markdown")
    compared.add_argument("--base", metavar="REVISION", help="git revision or experiment to compare with, such as main")
    compared.add_argument("--rev", metavar="REVISION", help="git revision or experiment that is compared; the workspace if not given")
    compared.add_argument(
        "--rerun", action="store_true", help="first get what is not here of the workspace and the base: by `dvc pull`, else by running it"
    )
    compared.add_argument("--output", type=Path, metavar="FILE", help="where to write the report; standard output if not given")
    compared.add_argument(
        "--html", type=Path, metavar="FILE", help="write a page that opens offline instead: charts and every test item, of one state or two"
    )
    compared.add_argument(
        "--mlflow", action="store_true", help="keep that page with the state's evaluate run in MLflow instead, and saved views of all runs"
    )
    compared.set_defaults(run=reported)

    kept = commands.add_parser("deliver", help="send what stages could not log because the tracking store did not answer")
    kept.set_defaults(run=delivered)

    shipped = commands.add_parser("publish", help="register a run's model in MLflow, or export its network as a folder with a card")
    shipped.add_argument("--rev", metavar="REVISION", help="git revision or experiment; the workspace if not given")
    shipped.add_argument("--name", default="funcgen", metavar="NAME", help="of the registered model; funcgen if not given")
    shipped.add_argument("--alias", default="champion", metavar="ALIAS", help="that leads to this version; champion if not given")
    shipped.add_argument("--export", type=Path, metavar="FOLDER", help="write the plain network there instead, for transformers")
    shipped.set_defaults(run=published)

    many = commands.add_parser("study", help="run the arms that a file in studies/ names, and compare them")
    many.add_argument("file", type=Path, metavar="FILE", help="such as studies/e2e.toml")
    many.add_argument("--jobs", type=int, choices=range(1, 65), default=1, metavar="N", help="arms at a time; 1 if not given")
    many.set_defaults(run=studied)

    tuned = commands.add_parser("search", help="tune the parameters that a file in searches/ names, on the validation loss")
    tuned.add_argument("file", type=Path, metavar="FILE", help="such as searches/adamw.toml")
    tuned.add_argument("--again", action="store_true", help="run trials that failed once more")
    tuned.add_argument("--apply", action="store_true", help="write the best trial's values into params.yaml")
    tuned.set_defaults(run=searched)

    contest = commands.add_parser("compare", help="compare optimizers as a file in comparisons/ declares, after an equal search for each")
    contest.add_argument("file", type=Path, metavar="FILE", help="such as comparisons/optimizers.toml")
    contest.add_argument("--jobs", type=int, choices=range(1, 65), default=1, metavar="N", help="runs at a time; 1 if not given")
    contest.set_defaults(run=contested)

    everything = commands.add_parser("overview", help="all that experiments/ names in one table, as far as it has been run")
    everything.set_defaults(run=overviewed)

    stream = commands.add_parser("monitor", help="watch a stream of sentences, and tell surges of bad news, as a served model judges them")
    stream.add_argument("file", nargs="?", type=Path, metavar="FILE", help="JSON Lines with time and text; standard input if not given")
    stream.add_argument("--follow", action="store_true", help="wait for more at the file's end")
    stream.add_argument(
        "--server", default="http://127.0.0.1:5001/invocations", metavar="URL", help="of the model; what `make serve` starts if not given"
    )
    for option, meaning in {
        "learn": "sentences of a topic that say what is normal for it",
        "odds": "by what a surge multiplies the odds of bad news",
        "false_alarms": "how many may come a day, on average",
    }.items():
        default = getattr(Settings, option)
        stream.add_argument(f"--{option.replace('_', '-')}", default=default, metavar="X", help=f"{meaning}; {default:g} if not given")
    stream.add_argument("--alerts", type=Path, metavar="FILE", help="where alerts are appended; standard output if not given")
    stream.add_argument("--html", type=Path, metavar="FILE", help="where a page of the stream is written at its end")
    stream.set_defaults(run=monitored)
    return main


def reported(arguments: argparse.Namespace) -> tuple[str, bool]:
    """Compare two states; raises FuncgenError."""
    from funcgen.artifacts import write_text
    from funcgen.reports.pull_request import report
    from funcgen.reports.rerun import prepare

    if arguments.html is not None:
        from funcgen.reports.page.writing import page

        write_text(arguments.html, page(arguments.rev, arguments.base))
        return f"written: {arguments.html}", True
    if arguments.mlflow:
        from funcgen.reports.page.keeping import keep

        return f"kept: report.html, with run {keep(arguments.rev, arguments.base)}", True
    if arguments.base is None:
        raise FuncgenError("report needs --base REVISION to compare with, such as main; only --html FILE and --mlflow do without")
    if arguments.rerun and arguments.rev:
        raise FuncgenError("--rerun is for the workspace against a base; leave --rev out, or run the experiment with `dvc exp run`")
    base, name = prepare(arguments.base) if arguments.rerun else (arguments.base, None)
    text = report(base, arguments.rev, name)
    if arguments.output is None:
        return text.rstrip("\n"), True
    write_text(arguments.output, text)
    return f"written: {arguments.output}", True


def verified(arguments: argparse.Namespace) -> tuple[str, bool]:
    """Verify a state, explain a score or run a stage again; raises FuncgenError."""
    from funcgen.proof import explanation, rerun, verification

    if arguments.explain is not None:
        return explanation.explain(arguments.explain, arguments.metric, arguments.rev)
    if arguments.rerun is not None:
        return rerun.rerun(arguments.rerun, arguments.rev)
    return verification.verify(arguments.rev)


def delivered(arguments: argparse.Namespace) -> tuple[str, bool]:
    """Send what is in the outbox; raises FuncgenError."""
    from funcgen.tracking import outbox

    return outbox.deliver_all()


def published(arguments: argparse.Namespace) -> tuple[str, bool]:
    """Publish a model; raises FuncgenError."""
    from funcgen.publishing import command

    if arguments.export is not None:
        return command.export(arguments.rev, arguments.export, arguments.name), True
    return command.publish(arguments.rev, arguments.name, arguments.alias), True


def studied(arguments: argparse.Namespace) -> tuple[str, bool]:
    """Run a study; raises FuncgenError."""
    from funcgen.studies.command import study

    found: tuple[str, bool] = study(arguments.file, arguments.jobs)
    return found


def searched(arguments: argparse.Namespace) -> tuple[str, bool]:
    """Run a search; raises FuncgenError."""
    from funcgen.search.command import search

    return search(arguments.file, arguments.again, arguments.apply)


def contested(arguments: argparse.Namespace) -> tuple[str, bool]:
    """Run a comparison; raises FuncgenError."""
    from funcgen.comparisons.command import compare

    return compare(arguments.file, arguments.jobs)


def overviewed(arguments: argparse.Namespace) -> tuple[str, bool]:
    """Bring the overview up to date; raises FuncgenError."""
    from funcgen.reports.overview import overview

    return overview(), True


def monitored(arguments: argparse.Namespace) -> tuple[str, bool]:
    """Watch a stream; raises FuncgenError."""
    from funcgen.monitoring.command import monitor

    chosen = checked_settings(learn=arguments.learn, odds=arguments.odds, false_alarms=arguments.false_alarms)
    return monitor(arguments.file, arguments.follow, arguments.server, chosen, arguments.alerts, arguments.html), True


def checked(arguments: argparse.Namespace) -> tuple[str, bool]:
    """Check params.yaml; raises ParameterError."""
    found = params.load()
    return f"params.yaml is fine: task {found.task.name}, {found.expression.name} expressions by {found.strategy.name} strategy", True


def main(argv: list[str] | None = None) -> None:
    """Run a command; exit status 1 where something is wrong, which is said in words."""
    arguments = parser().parse_args(argv)
    try:
        text, well = arguments.run(arguments)
    except FuncgenError as error:
        sys.exit(f"funcgen: {error}")
    try:
        print(text, flush=True)
    except BrokenPipeError:  # whoever reads has read enough, as `head` does; Python would try once more when it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(not well)
