"""The library of training examples, and the check of an edited one."""

import pytest

from funcgen.artifacts import Example
from funcgen.errors import DataError
from funcgen.expressions import edit
from funcgen.expressions.direct import Direct
from funcgen.expressions.template import Templates
from funcgen.library.file import Saying, Signature, Source
from funcgen.library.induction import checker, induce, signature_of
from funcgen.templates.inventory import Lexicon
from tests.cafes import example, plain

LEXICON = Lexicon(
    arguments={},
    phrases={"kids": {"kid friendly": ["yes"]}},
    references=["{name}", "{1}", "{kids=kid friendly}", "{kids=Kid friendly}"],
)
LANGUAGE = Templates(LEXICON)
EXAMPLES = [
    example({"name": "Nord", "kids": "yes"}, "Nord is kid friendly."),
    example({"kids": "yes", "name": "Sol"}, "Sol is kid friendly."),
    example({"name": "Nord", "kids": "yes", "blank": " "}, "Kid friendly: Nord", source='find(name="Nord")'),
    example({"name": "Nord", "kids": "yes"}, "Nord, no more."),
    plain("stop it", "stop!"),
]


@pytest.mark.parametrize(
    ("source", "function"), [("f(a=1)", "f"), ("a.b_c()", "a.b_c"), ("f (a)", ""), ("name[x(y)]", ""), ("", ""), ("(", "")]
)
def test_the_function_is_the_word_before_a_parenthesis(source: str, function: str) -> None:
    assert signature_of(example({"b": "1", "a": ["2", "3"], "c": ""}, "t", source)) == Signature(function, ("a", "b"))


def test_templates_are_under_signatures_and_plain_texts_under_sources() -> None:
    library, without = induce(LANGUAGE, EXAMPLES)
    assert library.signatures == {
        Signature("", ("kids", "name")): {"{name} is {kids=kid friendly}.": 2},
        Signature("find", ("kids", "name")): {"{kids=Kid friendly}: {name}": 1},
    }
    assert library.sayings == {Saying("kids", "yes"): {"{kids=kid friendly}": 2, "{kids=Kid friendly}": 1}}
    assert library.sources == {Source("stop it"): {"{1}!": 1}}
    assert without == 1


def test_other_expressions_are_under_sources() -> None:
    library, without = induce(Direct(), EXAMPLES)
    assert not library.signatures
    assert library.sources[Source("stop it")] == {"stop!": 1}
    assert without == 0


def test_a_library_of_nothing_is_refused() -> None:
    with pytest.raises(DataError, match="no training text can be written as the expression"):
        induce(LANGUAGE, EXAMPLES[3:4])


HEADING = Signature("", ("kids", "name"))
WRONG = [
    ("{name} is {kids=child friendly}.", "{kids=child friendly} says no value that 'kids' has in training"),
    ("{name:13h} is {kids}.", "{name:13h} says no value that 'name' has in training"),
    ("{name} alone", "the template does not say 'kids'; below [: kids, name] each says kids, name and nothing else"),
    ("{name} {kids} {area}", "the template says 'area'"),
    ("{area}", "the template does not say 'kids', 'name' and says 'area'"),
    ("{name} {kids", "a brace at character 7 belongs to no reference"),
]


@pytest.mark.parametrize(("template", "message"), WRONG)
def test_what_is_wrong_with_a_template_is_said(template: str, message: str) -> None:
    assert message in (checker(LANGUAGE, EXAMPLES)(HEADING, template) or "")


@pytest.mark.parametrize("template", ["{name} is {kids=KID friendly}.", "{name:lower} {name} {kids} {(}"])
def test_what_is_right_passes(template: str) -> None:
    assert checker(LANGUAGE, EXAMPLES)(HEADING, template) is None


@pytest.mark.parametrize("reference", ["{kids=kid friendly} ", "{name}", "{kids=not for kids}", "{kids:12h}", "", "{kids}{kids}", "kids"])
def test_below_a_value_stands_what_says_it(reference: str) -> None:
    check = checker(LANGUAGE, None)
    assert check(Saying("kids", "yes"), "{kids=kid friendly}") is None
    assert "is no reference that says [kids = yes]" in (check(Saying("kids", "yes"), reference) or "")


def test_without_training_texts_values_are_not_asked_for() -> None:
    check = checker(LANGUAGE, None)
    assert check(HEADING, WRONG[0][0]) is None
    assert check(HEADING, WRONG[2][0]) is not None
    assert check(Source("stop"), "{9}") is None


def test_an_expression_of_a_source_must_denote_a_text() -> None:
    examples = [plain("one two", "two one"), plain("a b", "b")]
    params = edit.Params(vocabulary=10, phrase_words=2, positions=16, max_characters=100, mark_shared=False)
    check = checker(edit.language(params, edit.learn(params, examples)), examples)
    assert "headings are `[= SOURCE]`" in (check(HEADING, "{name} {kids}") or "")
    assert check(Source("one two"), "no program <") is not None
    assert checker(LANGUAGE, EXAMPLES)(Source("stop it"), "{3}") is not None
    assert checker(LANGUAGE, EXAMPLES)(Source("stop it"), "{2}") is None
    assert checker(Direct(), [Example(None, "", "s", "t", "")])(Source("s"), "anything {") is None
