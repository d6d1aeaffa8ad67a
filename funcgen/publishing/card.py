"""The model card: what a run says of its model, as Markdown with the front matter of the Hugging Face hub. No number in it is typed."""

import io
from collections.abc import Iterator, Mapping
from typing import Any

from ruamel.yaml import YAML

from funcgen import params
from funcgen.artifacts import TRAINED
from funcgen.params import Params
from funcgen.protocols import DataSet
from funcgen.provenance import link_path
from funcgen.reports.markdown import prose, table
from funcgen.reports.scores import slice_rows
from funcgen.reports.sides import Side
from funcgen.strategies import NETWORKS
from funcgen.tokens.tokenization import BEGIN, SEPARATOR

NAME = "README.md"
UNKNOWN_LICENCE = "other"
"""The hub's word for a licence that it has no word for."""


def card(side: Side, checked: Params, name: str) -> str:
    """The card of a state's model; `side` has its numbers and `checked` its parameters."""
    data = checked.task.module.data(checked.task.params)
    sections = [
        f"# {name}",
        *summary(side, checked),
        "## Intended use",
        *intended(checked),
        "## How to ask it",
        *usage(checked),
        "## Limits",
        "\n".join(f"- {limit}" for limit in limits(side, checked, data)),
        "## Data",
        *described(side, data),
        "## Scores",
        *scores(side),
        "## Where it comes from",
        *lineage(side),
    ]
    return f"---\n{front_matter(side, checked, data, name)}---\n\n" + "\n\n".join(sections) + "\n"


def front_matter(side: Side, checked: Params, data: DataSet, name: str) -> str:
    """What the hub reads."""
    measured = [
        {"type": metric, "value": score["score"], "name": metric, "args": {**side.metrics["signatures"][metric], **ends(score)}}
        for metric, score in values(side)
        if metric in side.metrics["signatures"]
    ]
    found = {
        **({"language": list(data.languages)} if data.languages else {}),
        "license": data.licence or UNKNOWN_LICENCE,
        "library_name": "transformers" if checked.strategy.name in NETWORKS else "funcgen",
        "pipeline_tag": "text-generation",
        "tags": ["funcgen", checked.task.name, checked.expression.name, checked.strategy.name],
        "model-index": [
            {
                "name": name,
                "results": [
                    {
                        "task": {"type": "text-generation"},
                        "dataset": {"type": checked.task.name, "name": data.name, "split": side.split},
                        "metrics": measured,
                    }
                ],
            }
        ],
    }
    text = io.StringIO()
    yaml = YAML()
    yaml.width = 4096
    yaml.dump(found, text)
    return text.getvalue()


def values(side: Side) -> Iterator[tuple[str, Mapping[str, float]]]:
    """The scores of the whole split."""
    return ((metric, score) for metric, score in side.metrics["evaluate"].items() if metric != "slices")


def ends(score: Mapping[str, float]) -> dict[str, float]:
    """Of a score's interval, if it has one."""
    return {name: score[name] for name in ("low", "high") if name in score}


def summary(side: Side, checked: Params) -> Iterator[str]:
    """What it is, in a paragraph."""
    trained = side.metrics["train"]
    network = "no network"
    if checked.strategy.name in NETWORKS:
        network = f"{networks(checked)} of {trained['parameters']:,} parameters"
    yield (
        f"Text for the inputs of task `{checked.task.name}`, written as `{checked.expression.name}` expressions by strategy "
        f"`{checked.strategy.name}` ({network}), by {checked.generate.method} search, and executed by a deterministic executor."
    )


def networks(checked: Params) -> str:
    """What was trained."""
    if checked.strategy.name == "ensemble":
        return f"{checked.strategy.params.networks} `{checked.model.name}` networks, together"
    return f"a `{checked.model.name}` network"


def intended(checked: Params) -> Iterator[str]:
    """What it is for."""
    form = (checked.task.module.__doc__ or "").strip().partition("\n\n")
    yield f"One text for one input of this form, the only one that it has learned from: {form[0].rstrip('.')}."
    example = form[2].partition("\n\n")[0]
    if example.startswith("    "):
        yield example
    yield "To compare ways of writing texts, and to write such texts where a wrong one does no harm: see the limits. Not for anything else."


def usage(checked: Params) -> Iterator[str]:
    """How the plain network is loaded, where there is one, and what else there is to it."""
    if checked.strategy.name in NETWORKS:
        yield "\n".join(
            [
                "```python",
                "from transformers import AutoModelForCausalLM, AutoTokenizer",
                "",
                "tokenizer, model = AutoTokenizer.from_pretrained(FOLDER), AutoModelForCausalLM.from_pretrained(FOLDER)",
                f'inputs = tokenizer(f"{BEGIN}{{prompt}}{SEPARATOR}", add_special_tokens=False, return_tensors="pt")',
                f"written = model.generate(**inputs, max_new_tokens={checked.generate.max_new_tokens}, do_sample=False)",
                "print(tokenizer.decode(written[0, inputs.input_ids.shape[1]:], skip_special_tokens=True))",
                "```",
            ]
        )
    if checked.strategy.name == "ensemble":
        yield f"That is the first of {networks(checked)}: funcgen averages their scores. The others are in folders beside it."
    direct = checked.expression.name == "direct"
    text = "The prompt is the source and what is written is the text." if direct else "What is written is an expression, not yet a text."
    yield f"{text} Prompts, constraints, search and executor are in funcgen: `funcgen publish` makes an MLflow model of all of it."


def limits(side: Side, checked: Params, data: DataSet) -> Iterator[str]:
    """What it cannot do, by what was measured."""
    n = next(iter(side.metrics["signatures"].values()))["n"]
    found = dict(values(side))
    if "exact_match" in found:
        yield f"{found['exact_match']['score']:g} % of its texts for {n} {side.split} inputs are equal to a right one."
    if "slot_error" in found:
        yield (
            f"Of the values that its texts should say, {found['slot_missing']['score']:g} % are missing and "
            f"{found['slot_wrong']['score']:g} % are wrong; {found['slot_added']['score']:g} % more are said that are not so."
        )
    slices = side.metrics["evaluate"]["slices"]
    scored = [name for name in slices if "bleu" in slices[name]]
    if scored:
        worst = min(scored, key=lambda name: (slices[name]["bleu"]["score"], name))
        yield f"Worst part of the {side.split} inputs: `{worst}`, {slices[worst]['bleu']['score']:g} BLEU of {slices[worst]['n']} inputs."
    counted = side.metrics["generate"]
    longest = checked.generate.max_new_tokens
    yield f"{counted['errors']} of {counted['texts']} expressions have no text, {counted['unfinished']} are cut off at {longest} tokens."
    if checked.strategy.name in NETWORKS:
        what = "refused" if checked.tokenizer.over_length == "refuse" else "cut"
        yield f"An input of more than {checked.tokenizer.max_prompt_length} tokens is {what}."
    if data.languages:
        yield f"Languages: {', '.join(data.languages)}; nothing was learned or measured of others."
    yield "The data were not examined for bias; what is wrong in them is learned."


def described(side: Side, data: DataSet) -> Iterator[str]:
    """The data, their licence and their counts."""
    counts = side.metrics["ingest"]
    unknown = "Their licence is not known to the pipeline: whoever hands the model on must see to it"
    licence = f"Licence: {data.licence}" if data.licence else unknown
    yield f"{prose(data.name[:1].upper() + data.name[1:])}. {licence}."
    if counts:
        yield (
            f"{counts['rows_in']:,} rows: {counts['pairs_train']:,} training pairs, {counts['examples_validation']:,} inputs for "
            f"validation, {counts['examples_test']:,} for test; {counts['rows_rejected']:,} rows rejected, "
            f"{counts['rows_left_out']:,} left out on purpose, {counts['rows_duplicate']:,} duplicates."
        )


def scores(side: Side) -> Iterator[str]:
    """Every metric with interval and signature."""
    signatures = side.metrics["signatures"]
    rows = []
    for metric, score in values(side):
        signature = f"`{signatures[metric]['signature']}`" if metric in signatures else ""
        interval = f"{score['low']:.2f} to {score['high']:.2f}" if "low" in score else ""
        rows.append([metric, f"{score['score']:.2f}", interval, signature])
    n, confidence = next(iter(signatures.values()))["n"], confidence_of(signatures)
    yield f"{n} inputs of the {side.split} split, free-running; bootstrap intervals at {confidence:g} %."
    yield "\n".join(table(["metric", "score", "interval", "signature"], rows))
    slices: Mapping[str, Any] = side.metrics["evaluate"]["slices"]
    if slices:
        names, parts = slice_rows(slices)
        yield "\n".join(table(["part", "inputs", *names], parts))


def confidence_of(signatures: Mapping[str, Mapping[str, Any]]) -> float:
    """Per cent that the intervals are to hold the score with."""
    found: float = next(100 * meaning["confidence"] for meaning in signatures.values() if "confidence" in meaning)
    return found


def lineage(side: Side) -> Iterator[str]:
    """The chain: keys, and the digests of what the model is."""
    revision = f" ({side.revision})" if side.revision else ""
    yield f"Git commit {side.commit or 'unknown'}{revision}. Each stage's key digests all that determines what it made:"
    rows = [[link.stage, f"`{link.key}`"] for link in side.links]
    rows += [[path, f"`{digest}`"] for link in side.links for path, digest in link.outputs.items() if path == str(TRAINED)]
    yield "\n".join(table(["stage, output", "sha256"], rows))
    folder = link_path("train").parent.as_posix()
    yield f"`funcgen verify` proves them in the project's checkout; the links are in {folder}, the parameters in {params.PATH}."
