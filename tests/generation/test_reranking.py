"""Which of several candidates is taken, by each criterion, and what happens to those that denote nothing."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import BLEU

from funcgen import sections
from funcgen.artifacts import Example
from funcgen.errors import ExpressionError
from funcgen.expressions.direct import Direct
from funcgen.generation.reranking import TextScore, choose, coverage
from funcgen.protocols import Generation
from tests.generation.test_decoding import SAMPLE

EXAMPLE = Example("test", "g", "source", "target", "", arguments=(("name", "The Mill"), ("food", "French"), ("price", "£20-25")))


class Shouted(Direct):
    """The text in capitals, unless it holds a question mark."""

    def execute(self, expression: str, example: Example) -> str:
        if "?" in expression:
            raise ExpressionError("a question")
        return expression.upper()


def by(criterion: str, penalty: float = 0.0, **options: object) -> sections.Generate:
    consensus = replace(SAMPLE.choose.consensus, **options)  # type: ignore[arg-type]
    chosen = sections.Choose(criterion, consensus)  # type: ignore[arg-type]
    return replace(SAMPLE, candidates=8, choose=chosen, beam=sections.Beam(4, penalty, 0.0))


def candidate(expression: str, log_probability: float = -1.0, n_tokens: int = 4) -> Generation:
    return Generation("1", expression, n_tokens, log_probability, finished=True)


def taken(
    candidates: list[Generation], options: sections.Generate, counts: list[int] | None = None, scores: dict[str, TextScore] | None = None
) -> str:
    return choose(candidates, counts or [1] * len(candidates), EXAMPLE, Shouted(), options, scores or {}).expression


def test_by_model_with_the_length_penalty() -> None:
    short, long = candidate("short", -3.0, 3), candidate("long", -4.0, 8)
    assert taken([long, short], by("model", 0.0)) == "short"
    assert taken([short, long], by("model", 1.0)) == "long"
    assert choose([long, short], [1, 1], EXAMPLE, Shouted(), by("model", 0.0), {}) == replace(short, alternatives=("long",))


def test_alternatives_are_the_other_texts_best_first() -> None:
    candidates = [candidate("b", -3.0), candidate("a", -1.0), candidate("what?", -0.1), candidate("A", -2.0), candidate("B", -4.0)]
    found = choose(candidates, [1] * 5, EXAMPLE, Shouted(), by("model"), {})
    assert (found.expression, found.alternatives) == ("a", ("b",))
    assert choose([candidate("a"), candidate("what?")], [1, 1], EXAMPLE, Shouted(), by("model"), {}).alternatives == ()
    assert choose([candidate("a?"), candidate("b?")], [1, 1], EXAMPLE, Shouted(), by("model"), {}).alternatives == ()


@given(st.lists(st.tuples(st.sampled_from("abAB?"), st.integers(-9, 0)), min_size=1, max_size=9))
def test_no_text_is_lost_or_there_twice(drawn: list[tuple[str, int]]) -> None:
    found = choose([candidate(text, value) for text, value in drawn], [1] * len(drawn), EXAMPLE, Shouted(), by("model"), {})
    texts = [text.upper() for text in (found.expression, *found.alternatives)]
    assert len(set(texts)) == len(texts)
    if len(drawn) > 1 and any(text != "?" for text, _ in drawn):
        best = {text.upper(): max(value for other, value in drawn if other.upper() == text.upper()) for text, _ in drawn if text != "?"}
        assert set(texts) == set(best)
        assert [best[text] for text in texts] == sorted(best.values(), reverse=True)


def test_equal_candidates_leave_the_first() -> None:
    for criterion in ("model", "coverage", "consensus"):
        assert taken([candidate("a b c d"), candidate("A b c d"), candidate("a B c d")], by(criterion)) == "a b c d"


def test_by_the_score_of_the_text_whatever_the_expressions_have() -> None:
    candidates = [candidate("likely", -1.0), candidate("what?", -0.1), candidate("better", -9.0), candidate("Better", -8.0)]
    scores = {"LIKELY": TextScore(-8.0, 4), "BETTER": TextScore(-9.0, 6)}
    assert taken(candidates, by("text"), scores=scores) == "Better"
    assert taken(candidates, by("text"), scores={**scores, "LIKELY": TextScore(-4.0, 4)}) == "likely"


def test_by_coverage_then_by_model() -> None:
    candidates = [
        candidate("The Mill serves food", -1.0),
        candidate("The mill, French, is dear", -9.0),
        candidate("The Mill is french", -8.0),
        candidate("French", -0.1),
    ]
    assert taken(candidates, by("coverage")) == "The Mill is french"


@pytest.mark.parametrize(
    ("text", "value", "held"),
    [
        ("The Mill is here.", "the mill", True),
        ("Windmills", "mill", False),
        ("a family-friendly pub", "family_friendly", True),
        ("It costs £20–25.", "£20-25", True),
        ("1,234,567 people", "1234567", True),
        ("at 7:30", "07:30", True),
        ("3.05", "3.5", False),
        ("now 5pm", "5", True),
        ("15", "5", False),
        ("已设为七点半", "七点", True),
        ("已设为７点", "7", True),
        ("what!", "!", True),
        ("what", "!", False),
        ("STRASSE", "Straße", True),
        ("a {b} \n c", "{b}", True),
    ],
)
def test_simple_forms(text: str, value: str, held: bool) -> None:
    assert coverage(text, [value]) == held


@given(st.text(), st.text(), st.text())
def test_a_value_between_spaces_is_held(before: str, value: str, after: str) -> None:
    assert coverage(f"{before} {value} {after}", [value]) == 1


def test_values_count_each() -> None:
    assert coverage("French and Thai", ["French", "Thai", "Thai", "Greek"]) == 3
    assert coverage("anything", []) == 0


@pytest.mark.parametrize("utility", ["bleu", "pooled_bleu", "chrf"])
def test_the_consensus_is_near_to_the_others(utility: str) -> None:
    candidates = [
        candidate("something else altogether", -0.1),
        candidate("the mill serves good food in town", -5.0),
        candidate("the mill serves food in town", -6.0),
        candidate("the mill serves cheap food in town", -7.0),
    ]
    assert taken(candidates, by("consensus", utility=utility)).startswith("the mill serves")


def test_the_consensus_is_the_greatest_expected_utility() -> None:
    texts, counts = ["A B C D E", "A B C X Y", "A B Z", "Q R S T"], [1, 3, 2, 5]
    bleu = BLEU(lowercase=True, effective_order=True)
    for exponent in (0.0, 0.5, 2.0):
        candidates = [candidate(text, -float(index)) for index, text in enumerate(texts)]
        weights = [count * 2.718281828459045 ** (-index * exponent) for index, count in enumerate(counts)]
        expected = [sum(w * bleu.sentence_score(text, [other]).score for other, w in zip(texts, weights, strict=True)) for text in texts]
        best = texts[expected.index(max(expected))]
        assert taken(candidates, by("consensus", utility="bleu", probability_exponent=exponent), counts) == best


def test_counts_and_probabilities_weigh() -> None:
    one, other = candidate("a b c d", -5.0), candidate("e f g h", -1.0)
    assert taken([one, other], by("consensus"), [3, 2]) == "a b c d"
    assert taken([one, other], by("consensus"), [2, 3]) == "e f g h"
    assert taken([one, other], by("consensus", probability_exponent=1.0), [3, 2]) == "e f g h"


def test_equal_texts_of_different_expressions_join_forces() -> None:
    candidates = [candidate("x y z w", -1.0), candidate("a b c d", -5.0), candidate("A b c d", -4.0)]
    assert taken(candidates, by("consensus"), [3, 2, 2]) == "A b c d"


def test_case_is_an_option_of_the_utility() -> None:
    candidates = [candidate("a b c d"), candidate("A B C D"), candidate("x y"), candidate("A B C X")]

    def index(lowercase: bool) -> str:
        return choose(candidates, [1, 1, 3, 1], EXAMPLE, Direct(), by("consensus", lowercase=lowercase), {}).expression

    assert index(lowercase=False) == "x y"
    candidates[2] = candidate("x y", -9.0)
    assert choose(candidates, [2, 2, 3, 1], EXAMPLE, Direct(), by("consensus", lowercase=False), {}).expression == "x y"
    assert choose(candidates, [2, 2, 3, 1], EXAMPLE, Direct(), by("consensus", lowercase=True), {}).expression == "a b c d"


@pytest.mark.parametrize("criterion", ["model", "coverage", "consensus"])
def test_what_denotes_nothing_is_dropped(criterion: str) -> None:
    assert taken([candidate("the mill french?", -0.1), candidate("no", -9.0)], by(criterion), [9, 1]) == "no"
    assert taken([candidate("a?", -9.0), candidate("b?", -1.0)], by(criterion)) == "a?"
    assert taken([candidate("a?")], by(criterion)) == "a?"
