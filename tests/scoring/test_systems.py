"""Tables that need more of a system or of its inputs than texts and references."""

from funcgen.artifacts import Example
from funcgen.protocols import Chosen
from funcgen.scoring.scorecard import by_slice, intervals
from funcgen.scoring.systems import System, further_tables
from funcgen.sections import Evaluate
from funcgen.slots import e2e
from funcgen.tasks import bitext, dialogsum, movielens_small, snips
from funcgen.tasks import e2e as e2e_task

EVALUATE = Evaluate(bootstrap_samples=200, confidence=0.95, seed=7)
MEANING = (("name", "Aromi"), ("eatType", "pub"), ("food", "French"), ("area", "riverside"))
CONDENSED = {"compression": 100.0, "supported_words": 75.0}
BITEXT = Chosen("bitext", bitext, bitext.Params([], snips=True, fresh_values=False))


def test_what_the_source_supports_is_scored_where_texts_condense_it() -> None:
    inputs = [Example(None, "", f"Bus {i} leaves late.", "", "") for i in range(4)]
    texts = [f"Bus {i} is late." for i in range(4)]
    (table,) = further_tables(Chosen("dialogsum", dialogsum, dialogsum.Params()), inputs, System(texts))
    assert intervals([table], EVALUATE)[0] == {name: {"score": score, "low": score, "high": score} for name, score in CONDENSED.items()}
    said = System(["Aromi is a French pub."] * 4)
    (slots,) = further_tables(Chosen("e2e", e2e_task, e2e_task.Params("as_given")), [Example(None, "", "", "", "", MEANING)] * 4, said)
    assert slots.signature == e2e.signature()
    assert further_tables(Chosen("snips", snips, snips.Params(0.05, 1)), inputs, System(texts, [[text] for text in texts])) == []


def test_candidates_are_scored_as_a_ranking_where_the_task_and_the_system_have_one() -> None:
    task = Chosen("movielens_small", movielens_small, movielens_small.Params(4.0, 10, 0.1, 0.1))
    films = [f'recommend(title="{title}")' for title in ("Heat (1995)", "Babe (1995)")]
    inputs = [Example("test", "", "Jaws (1975)", films[0], "", references=(films[0],), slices=("known_film",)) for _ in range(24)]
    texts = [films[1]] * 24
    (table,) = further_tables(task, inputs, System(texts, [films[::-1] for _ in texts]))
    assert table.signature == "k:10|unit:text|shown:out|gain:binary|discount:log2|mean:items|case:mixed"
    found = {name: one["score"] for name, one in intervals([table], EVALUATE)[0].items()}
    assert found == {"ndcg_at_k": 63.09, "mrr_at_k": 50.0, "recall_at_k": 100.0}
    assert further_tables(task, inputs, System(texts)) == []
    slices = [one.slices for one in inputs]
    scoring = task.module.scoring(task.params)
    parts = by_slice(texts, [one.references for one in inputs], slices, scoring, EVALUATE, [table])
    assert parts["known_film"]["mrr_at_k"] == {"score": 50.0, "low": 50.0, "high": 50.0}


def test_abstaining_is_scored_where_inputs_are_out_of_scope() -> None:
    def request(target: str, *slices: str) -> Example:
        return Example("test", "", "?", target, "", references=(target,), slices=slices)

    inputs = [*[request("pay()", "in_scope")] * 20, *[request("out_of_scope()", "out_of_scope", "snips")] * 4]
    texts = ["pay()"] * 15 + ["track()"] * 9
    silent = [False] * 12 + [True] * 4 + [False] * 4 + [True, True, True, False]
    answers, others = further_tables(BITEXT, inputs, System(texts, None, silent, 0.2))
    assert {name: one["score"] for table in intervals([answers, others], EVALUATE) for name, one in table.items()} == {
        "false_alarms": 20.0,
        "answered_accuracy": 75.0,
        "out_of_scope_recall": 75.0,
    }
    assert answers.signature == others.signature == "threshold:validation|budget:0.2|right:function|refs:any|mean:items|case:mixed"
    assert further_tables(BITEXT, inputs[:20], System(texts[:20], None, silent[:20])) == []
    assert further_tables(BITEXT, inputs, System(texts)) == []
    scoring = bitext.scoring(BITEXT.params)
    parts = by_slice(texts, [one.references for one in inputs], [one.slices for one in inputs], scoring, EVALUATE, [answers, others])
    kinds = ("false_alarms", "answered_accuracy", "out_of_scope_recall")
    assert {name: [kind for kind in kinds if kind in part] for name, part in parts.items()} == {
        "in_scope": ["false_alarms", "answered_accuracy"],
        "out_of_scope": ["out_of_scope_recall"],
        "snips": ["out_of_scope_recall"],
    }
