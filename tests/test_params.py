"""Every wrong params.yaml is refused, with the key, the line, the value and what is allowed."""

from pathlib import Path

import pytest

from funcgen import params
from funcgen.errors import ParameterError

TEXT = Path("params.yaml").read_text("utf-8")

WRONG = {
    "unknown section": ("schedule:", "shedule:", ["shedule: unknown key; did you mean schedule?", "schedule: is missing"]),
    "unknown key": (
        "max_steps: 0",
        "max_step: 0",
        ["pretrain.max_step: unknown key; did you mean max_steps?", "pretrain.max_steps: is missing"],
    ),
    "wrong type": ("max_steps: 0", 'max_steps: "0"', ['pretrain.max_steps is "0": must be an integer']),
    "bool for a number": ("vocabulary_size: 4000", "vocabulary_size: true", ["tokenizer.vocabulary_size is true"]),
    "out of range": ("learning_rate: 0.004", "learning_rate: -1", ["optimizer.adamw.learning_rate is -1: must be greater than 0"]),
    "not finite": ("learning_rate: 0.004", "learning_rate: .nan", ["optimizer.adamw: holds a number that is not finite"]),
    "not a choice": (
        "name: cosine",
        "name: cosin",
        ['schedule.name is "cosin": did you mean cosine? allowed: constant, linear, '],
    ),
    "unknown member": ("name: gpt", "name: gtp", ['model.name is "gtp": did you mean gpt? allowed: gpt']),
    "block not chosen": (
        "train_pairs: 20000",
        "train_pears: 20000",
        ["task.assistant.train_pears: unknown key; did you mean train_pairs?"],
    ),
    "nested": ("beam:\n    size: 4", "beam:\n    size: 1", ["generate.beam.size is 1: must be greater than or equal to 2"]),
    "candidates of greedy search": ("candidates: 1 ", "candidates: 2 ", ["generate: candidates (2) must be at most 1 with method greedy"]),
    "nested twice": ("utility: bleu ", "utility: blue ", ['generate.choose.consensus.utility is "blue": did you mean bleu?']),
    "average that never moves": ("average: 0.0 ", "average: 1.0 ", ["train.average is 1.0: must be less than 1"]),
    "smoothed to nothing": ("label_smoothing: 0.0 ", "label_smoothing: 1.0 ", ["train.label_smoothing is 1.0: must be less than 1"]),
    "momentum of none": (
        "momentum: 0.9\n    nesterov: true",
        "momentum: 0.0\n    nesterov: true",
        ["optimizer.sgd: nesterov is a kind of momentum, which is 0"],
    ),
    "short tuple": ("[0.9, 0.98]", "[0.9]", ["optimizer.adamw.betas.1: is missing"]),
    "combination in a block": (
        "n_embd: 128",
        "n_embd: 126",
        ["model.gpt: n_embd (126) must be a multiple of n_head (4)"],
    ),
    "combination of shares": ("test_share: 0.05", "test_share: 0.95", ["ingest: validation_share + test_share must be below 1"]),
    "files outside": (
        "files: []                 # plain",
        "files: [/etc/passwd] # plain",
        ["pretrain: files must lie in data/raw"],
    ),
    "nothing to read": ("texts: [targets] ", "texts: [] ", ["pretrain: texts and files are both empty"]),
    "unknown text": ("texts: [targets] ", "texts: [labels] ", ['pretrain.texts.0 is "labels": allowed: targets, sources, wikitext2']),
    "combination of sections": ("warmup_steps: 100", "warmup_steps: 99999", ["schedule.warmup_steps is 99999: exceeds train.max_steps"]),
    "no mapping": ("compute:\n", "compute: 3\nx:\n", ["x: unknown key"]),
    "not YAML": ("compute:", "compute: [", ["is not YAML"]),
    "repeated key": ("compute:", "ingest: {}\ncompute:", ["is not YAML"]),
    "empty": (TEXT, "", ["must be a mapping of sections"]),
}


def load(text: str, folder: Path) -> params.Params:
    path = folder / "params.yaml"
    path.write_text(text, "utf-8")
    return params.load(path)


def refusal(text: str, old: str, new: str, folder: Path) -> str:
    """What is said of a params.yaml in which something is replaced once."""
    assert old in text
    with pytest.raises(ParameterError) as caught:
        load(text.replace(old, new, 1), folder)
    return str(caught.value)


def test_the_committed_file_is_right() -> None:
    assert params.load().train.max_steps >= 1


@pytest.mark.parametrize(("old", "new", "messages"), WRONG.values(), ids=WRONG.keys())
def test_wrong_is_refused(old: str, new: str, messages: list[str], tmp_path: Path) -> None:
    said = refusal(TEXT, old, new, tmp_path)
    for message in messages:
        assert message in said


def test_the_line_is_named(tmp_path: Path) -> None:
    line = TEXT[: TEXT.index("max_completion_length")].count("\n") + 1
    with pytest.raises(ParameterError, match=rf"params.yaml:{line}: tokenizer.max_completion_length is 1"):
        load(TEXT.replace("max_completion_length: 96", "max_completion_length: 1"), tmp_path)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    text = TEXT.replace("batch_size: 128", "batch_size: 0").replace("threads: 2", "threads: none")
    with pytest.raises(ParameterError) as caught:
        load(text, tmp_path)
    assert len(str(caught.value).splitlines()) == 2


def test_quoting_needs_case(tmp_path: Path) -> None:
    lower = TEXT.replace("name: direct", "name: call").replace("lowercase: false\n  space", "lowercase: true\n  space")
    with pytest.raises(ParameterError, match=r"tokenizer\.lowercase is true: makes no sense with expression.name call"):
        load(lower, tmp_path)
    assert load(lower.replace("lowercase: true", "lowercase: false"), tmp_path).expression.name == "call"


def test_calls_alone_are_augmented(tmp_path: Path) -> None:
    more = TEXT.replace("copies: 0 ", "copies: 2 ")
    with pytest.raises(
        ParameterError, match=r"tokenizer\.augmentation\.copies is 2: makes no sense with task\.name assistant, whose texts"
    ):
        load(more, tmp_path)
    assert load(more.replace("name: assistant\n", "name: requests\n"), tmp_path).tokenizer.augmentation.copies == 2


def test_a_second_network_is_asked_where_there_is_one(tmp_path: Path) -> None:
    asked = TEXT.replace("by: model ", "by: text ").replace("name: direct", "name: template")
    with pytest.raises(ParameterError, match=r"generate\.choose\.by is \"text\": asks a second network, which is there with tokenizer"):
        load(asked, tmp_path)
    trained = asked.replace("whole_texts: false", "whole_texts: true")
    assert load(trained, tmp_path).generate.choose.by == "text"
    with pytest.raises(ParameterError, match=r"tokenizer\.whole_texts is true: makes no sense with expression\.name direct"):
        load(trained.replace("name: template", "name: direct"), tmp_path)


VALID = TEXT.replace("valid_tokens: false", "valid_tokens: true").replace("name: direct", "name: template")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "name: template",
            "name: direct",
            "tokenizer.valid_tokens is true: makes no sense with expression.name direct, which has no grammar",
        ),
        ("name: model ", "name: distilled ", "tokenizer.valid_tokens is true: makes no sense with strategy.name distilled"),
        ("constrained: true", "constrained: false", "generate.constrained is false: must be true with tokenizer.valid_tokens"),
    ],
)
def test_the_choice_among_valid_tokens_needs_a_grammar(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert load(VALID, tmp_path).tokenizer.valid_tokens
    assert message in refusal(VALID, old, new, tmp_path)


DISTILLED = TEXT.replace("name: model ", "name: distilled ").replace("name: direct", "name: template")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("name: template", "name: edit", 'expression.name is "edit": makes no sense with strategy.name distilled, which distils templates'),
        ("        by: model\n", "        by: text\n", 'distilled.label.choose.by is "text": asks a second network, which is there with'),
        (
            "n_head: 4\n      n_embd: 64",
            "n_head: 5\n      n_embd: 64",
            "distilled.student: Value error, n_embd (64) must be a multiple",
        ),
        ("      dropout: 0.0\n", "      dropuot: 0.0\n", "strategy.distilled.student.dropuot: "),
        ("      dropout: 0.0\n", "      dropout: 2.0\n", "strategy.distilled.student.dropout: Input should be less than 1"),
        ("checkpoint_name: null", "checkpoint_name: gpt2", "strategy.distilled.student: would start from a checkpoint, whatever its size"),
    ],
)
def test_a_small_network_that_makes_no_sense(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert load(DISTILLED, tmp_path).strategy.name == "distilled"
    assert message in refusal(DISTILLED, old, new, tmp_path)


def test_a_small_network_asks_nobody(tmp_path: Path) -> None:
    text = DISTILLED.replace("by: model ", "by: text ", 1).replace("whole_texts: false", "whole_texts: true")
    with pytest.raises(ParameterError, match=r'generate\.choose\.by is "text": asks a second network, which strategy\.name distilled'):
        load(text, tmp_path)
    assert load(text.replace("name: distilled ", "name: model "), tmp_path).generate.choose.asks_texts


RULES = TEXT.replace("name: model ", "name: rule ")


def test_rules_of_the_task(tmp_path: Path) -> None:
    for text in (RULES, RULES.replace("name: direct", "name: template")):
        assert load(text, tmp_path).strategy.params.rules == "assistant"
    other = RULES.replace("name: assistant", "name: e2e").replace("rules: assistant ", "rules: e2e ")
    assert load(other, tmp_path).strategy.params.rules == "e2e"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("rules: assistant ", "rules: e2e ", 'strategy.rule.rules is "e2e": is for task.name e2e, which is assistant: choose rules for it'),
        ("name: assistant", "name: files", 'strategy.rule.rules is "assistant": is for task.name assistant, which is files'),
        ("rules: assistant ", "rules: assistent ", "strategy.rule: there is no funcgen/rules/assistent.toml; allowed: assistant, e2e"),
        ("name: direct", "name: edit", 'expression.name is "edit": makes no sense with strategy.name rule, which writes templates: choose'),
        ("name: direct", "name: call", "choose template or direct"),
        ("language: en ", "language: zh ", 'task.assistant.language is "zh": has no rules: choose en, or write rules of your own'),
    ],
)
def test_rules_that_make_no_sense(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in RULES
    with pytest.raises(ParameterError) as error:
        load(RULES.replace(old, new, 1), tmp_path)
    assert message in str(error.value)
    if "no funcgen" not in message:
        load(TEXT.replace(old, new, 1), tmp_path)


def test_a_number_as_dvc_writes_it(tmp_path: Path) -> None:
    """`dvc exp run -S` writes 1e-05, which YAML 1.1 takes for text."""
    found = load(TEXT.replace("learning_rate: 0.004", "learning_rate: 1e-05"), tmp_path)
    assert found.optimizer.params.learning_rate == 1e-5


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="run from the root"):
        params.load(tmp_path / "params.yaml")


def test_flatten() -> None:
    assert params.flatten({"a": {"b": 1, "c": {"d": 2}}, "e": []}) == {"a.b": 1, "a.c.d": 2, "e": []}


def test_no_more_candidates_than_beams(tmp_path: Path) -> None:
    text = TEXT.replace("method: greedy", "method: beam")
    assert load(text.replace("candidates: 1", "candidates: 4"), tmp_path).generate.candidates == 4
    with pytest.raises(ParameterError, match=r"generate: candidates \(5\) must be at most 4 with method beam: beam.size is 4"):
        load(text.replace("candidates: 1", "candidates: 5"), tmp_path)
    assert (
        load(TEXT.replace("method: greedy", "method: sample").replace("candidates: 1", "candidates: 60"), tmp_path).generate.candidates
        == 60
    )


def test_averaging_takes_the_place_of_a_schedule(tmp_path: Path) -> None:
    free = TEXT.replace("name: adamw", "name: schedule_free_adamw")
    with pytest.raises(ParameterError) as caught:
        load(free.replace("average: 0.0 ", "average: 0.9 "), tmp_path)
    assert 'schedule.name is "cosine": makes no sense with optimizer.name schedule_free_adamw' in str(caught.value)
    assert "train.average is 0.9: makes no sense with optimizer.name schedule_free_adamw, which averages: choose 0" in str(caught.value)
    constant = free.replace("name: cosine", "name: constant")
    assert load(constant, tmp_path).optimizer.name == "schedule_free_adamw"
    pretrained = constant.replace("max_steps: 0", "max_steps: 200").replace("average: 0.0\n", "average: 0.9\n", 1)
    with pytest.raises(ParameterError, match=r"pretrain\.average is 0\.9: makes no sense"):
        load(pretrained, tmp_path)
    assert load(pretrained.replace("max_steps: 200", "max_steps: 0"), tmp_path).pretrain.average == 0.9


SHARDED = TEXT.replace("processes: 1 ", "processes: 2 ").replace("sharding: none ", "sharding: full ")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("processes: 2 ", "processes: 1 ", "makes no sense with compute.processes 1, which has all of everything: choose none, or 2"),
        ("name: gpt", "name: rnn", "is for model.name gpt, whose blocks are gathered one by one, and not for rnn: choose none, or gpt"),
        (
            "name: adamw",
            "name: muon",
            "is not for optimizer.name muon, which needs more of a weight than a share: choose none, or of adamw, adam, nadamw, sgd, lion",
        ),
        ("average: 0.0 ", "average: 0.9 ", "is not for train.average 0.9, which would be all weights once more: choose none, or 0"),
        ("valid_tokens: false", "valid_tokens: true", "does not tell the other processes which tokens are valid: choose none, or false"),
        ("prompt: 1 ", "prompt: 4 ", "does not tell the other processes which completions have one prompt: choose none, or 1"),
        ("name: full ", "name: lora ", "is not for train.adaptation.name lora, which has little to share out: choose none, or full"),
    ],
)
def test_what_cannot_be_in_shards_is_refused(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert load(SHARDED, tmp_path).compute.sharding == "full"
    assert f'compute.sharding is "full": {message}' in refusal(SHARDED, old, new, tmp_path)
