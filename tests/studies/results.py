"""A made-up result of a study for tests of what is written of it."""

from pathlib import Path

from funcgen.scoring.paired import Difference
from funcgen.studies import plan
from funcgen.studies.results import ArmResult, StudyResult

TEXT = """
title = "E2E: sizes"
base = "e2e"
split = "validation"
reference = "d3"
[[arm]]
name = "nothing"
label = "nothing learned"
[[arm]]
name = "d1"
[[arm]]
name = "d3"
label = "direct, 3 layers"
[[arm]]
name = "t1"
label = "template | 1 layer"
[[arm]]
name = "t3"
[[arm]]
name = "gone"
label = "the one that failed"
[[figure]]
name = "sizes"
title = "By size"
x = "parameters"
series.direct = ["d3", "d1"]
series."a template" = ["t1", "t3", "gone"]
levels = ["nothing"]
[[figure]]
name = "empty"
title = "No point"
x = "train_share"
series.gone = ["gone"]
"""
ARMS = [("nothing", None, 50.0), ("d1", 60_000, 61.5), ("d3", 1_000_000, 70.25), ("t1", 80_000, 66.0), ("t3", 1_200_000, 70.3)]
SLICES = {"held_out_combination": {"n": 47, "bleu": {"score": 40.0, "low": 38.0, "high": 41.5}}}


def study(folder: Path) -> plan.Study:
    path = folder / "e2e.toml"
    path.write_text(TEXT, "utf-8")
    return plan.read(path)


def result(study: plan.Study) -> StudyResult:
    arms = [
        ArmResult(
            name=name,
            label=study.arm(name).label or name,
            settings=study.settings[name],
            key="k" * 64,
            parameters=parameters,
            sequences=40_867,
            train_share=1.0,
            coverage=0.5705,
            tokens_per_text=24.126,
            scores={"bleu": {"score": score, "low": score - 1.5, "high": score + 2}},
            difference=None if name == "d3" else {"bleu": Difference(score - 70.25, score - 72, score - 69, 0.0004 if score < 70 else 0.8)},
            slices=SLICES if name == "t3" else {},
        )
        for name, parameters, score in ARMS
    ]
    return StudyResult(study.layout.title, "validation", "d3", 547, 0.95, 1000, {"bleu": "nrefs:var|case:lc"}, arms, ["gone"])
