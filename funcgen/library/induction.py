"""Which heading of the library an example belongs under, the library of training examples, and what is wrong with an edited one."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from funcgen.artifacts import Example
from funcgen.calls.canonical import function_of
from funcgen.errors import DataError, ExpressionError
from funcgen.library.file import Check, Heading, Library, Saying, Signature, Source, library_of
from funcgen.library.sentences import names_of
from funcgen.protocols import Language
from funcgen.templates.alignment import arguments_of
from funcgen.templates.language import TemplateLanguage
from funcgen.templates.syntax import Reference, parse, references


def signature_of(example: Example) -> Signature:
    """The signature of an example with arguments."""
    return Signature(function_of(example.source) or "", tuple(sorted(arguments_of(example))))


def induce(language: Language, examples: Sequence[Example]) -> tuple[Library, int]:
    """The expressions of the training texts, and how many texts have none; raises DataError where no text has one.

    They are under signatures where the language's expressions are templates and the example has arguments, else under sources.
    """
    counts: Counter[tuple[Heading, str]] = Counter()
    without = 0
    for example in examples:
        expression = language.express(example)
        if expression is None:
            without += 1
        elif isinstance(language, TemplateLanguage) and example.arguments:
            counts[signature_of(example), expression] += 1
            counts.update(sayings(language, expression, example))
        else:
            counts[Source(example.source), expression] += 1
    if not counts:
        raise DataError("no training text can be written as the expression that expression.name names, so that there is no library")
    return library_of(counts), without


def sayings(language: TemplateLanguage, template: str, example: Example) -> Iterator[tuple[Heading, str]]:
    """Which references say which values, of the arguments that have phrases."""
    arguments = arguments_of(example)
    for reference in references(parse(template)):
        if language.lexicon.phrases.get(reference.name) and len(arguments[reference.name]) == 1:
            yield Saying(reference.name, arguments[reference.name][0]), str(reference)


def checker(language: Language, examples: Sequence[Example] | None) -> Check:
    """What says whether an expression may stand under a heading; with training examples also whether it can ever be executed."""
    values: dict[str, dict[tuple[str, ...], None]] = defaultdict(dict)
    for example in examples or ():
        for name, given in (arguments_of(example) if example.arguments else {}).items():
            values[name][given] = None
    fitting: dict[Reference, bool] = {}

    def check(heading: Heading, expression: str) -> str | None:
        try:
            if not isinstance(heading, Source):
                if not isinstance(language, TemplateLanguage):
                    return "the expression that expression.name names has no templates; its headings are `[= SOURCE]`"
                if isinstance(heading, Saying):
                    return wrong_saying(language, heading, expression)
                return wrong_template(heading, expression) or (wrong_reference(language, expression, values, fitting) if examples else None)
            if examples is not None:
                language.execute(expression, Example("train", "", heading.text, "", ""))
        except ExpressionError as error:
            return str(error)
        return None

    return check


def wrong_saying(language: TemplateLanguage, saying: Saying, expression: str) -> str | None:
    """What is wrong with a reference under a value; raises ExpressionError where it is none."""
    parts = parse(expression)
    if len(parts) == 1 and isinstance(parts[0], Reference) and parts[0].name == saying.name and language.fits(parts[0], (saying.value,)):
        return None
    return f"{expression[:80]} is no reference that says {str(saying)[:80]}, neither by form nor by phrase"


def wrong_template(signature: Signature, expression: str) -> str | None:
    """What is wrong with a template under a signature; raises ExpressionError where it is none."""
    said, wanted = set(names_of(parse(expression))), set(signature.names)
    if said == wanted:
        return None
    faults = (("does not say", wanted - said), ("says", said - wanted))
    parts = [f"{what} {', '.join(map(repr, sorted(names)))}" for what, names in faults if names]
    return f"the template {' and '.join(parts)}; below {signature} each says {', '.join(signature.names) or 'no argument'} and nothing else"


def wrong_reference(
    language: TemplateLanguage, expression: str, values: Mapping[str, Mapping[tuple[str, ...], None]], fitting: dict[Reference, bool]
) -> str | None:
    """Which reference says no value of training's; `fitting` remembers."""
    for reference in references(parse(expression)):
        if reference not in fitting:
            fitting[reference] = any(language.fits(reference, given) for given in values.get(reference.name, ()))
        if not fitting[reference]:
            return f"{str(reference)[:80]} says no value that {reference.name!r} has in training, neither by form nor by phrase"
    return None
