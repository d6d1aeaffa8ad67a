"""A call of a function with named arguments, written in few tokens: schemas from training, values by symbol or quoted from the input.

expression = function, { argument } ;
function   = "{", name, "()}" ;
argument   = parameter, ( closed | quotation ) ;      parameters in the schema's order, or as the source has them; a list's once an item
parameter  = "{", name, "=}" ;
closed     = "{", scalar, "}" ;                       a value that training shows often
quotation  = span, "{/}" ;                            whole words of the source, see funcgen/calls/spans.py

    source      Wake me at 7:30 for the gym.
    expression  {set_alarm()}{time=}{"07:30"}{label=} gym{/}
    value       set_alarm(time="07:30", label="gym")

Everything in braces is a symbol, one token; the value is the canonical call (funcgen/calls/canonical.py). A value that is neither
closed nor quoted from the source has no expression. Case counts, so the tokenizer must keep it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from funcgen.artifacts import Example
from funcgen.calls import schema
from funcgen.calls.automaton import CLOSE, CallGrammar, Order, Symbols, function_symbol, parameter_symbol, value_symbol
from funcgen.calls.canonical import Call, Scalar, bounded, parse, quote, refuse, render, scalars, unquote
from funcgen.calls.hints import HINTS, HintName
from funcgen.calls.schema import Lesson, Parameter, Schemas, Thresholds
from funcgen.calls.spans import SEGMENTS, places_of, quotation, unspaced
from funcgen.errors import DataError, ExpressionError
from funcgen.grammar import Grammars, Pieces
from funcgen.protocols import Inventory

SYMBOL = re.compile(r"(\{[^{}]*\})")


@dataclass(frozen=True)
class Params:
    """Which values are enumerated, the parameters of which none is (`quoted`), and in which order parameters come.

    `lines_as_symbols`: of a source the model reads the lines that are such values, each as its symbol. `hint`: the
    rule (funcgen/calls/hints.py) that says what the model reads in front of it.
    """

    closed: Thresholds
    quoted: list[str]
    order: Order
    lines_as_symbols: bool
    hint: HintName


@dataclass(frozen=True)
class Calls:
    """The calls of the functions in `schemas`."""

    schemas: Schemas
    order: Order
    lines_as_symbols: bool
    hint: HintName

    @cached_property
    def symbols(self) -> Sequence[str]:
        """The end of a quotation; functions, parameters and closed values, sorted."""
        parameters = [parameter for found in self.schemas.values() for parameter in found]
        names = {function_symbol(name) for name in self.schemas} | {parameter_symbol(parameter.name) for parameter in parameters}
        return [CLOSE, *sorted(names | {value_symbol(scalar) for parameter in parameters for scalar in parameter.scalars})]

    @cached_property
    def enumerated(self) -> Mapping[str, str]:
        """The symbols of closed values, by what these show."""
        scalars = {scalar for found in self.schemas.values() for parameter in found for scalar in parameter.scalars}
        return {unquote(scalar): value_symbol(scalar) for scalar in sorted(scalars)}

    def prompt(self, example: Example) -> str:
        """The source, with a space before it, so that its first word is the same token wherever it is quoted; or its enumerated lines.

        In front of it is what the hint's rule says, if anything.
        """
        if self.lines_as_symbols:
            shown = "".join(self.enumerated.get(line, "") for line in example.source.split("\n"))
        else:
            shown = f" {example.source}"
        hint = HINTS[self.hint](example.source)
        return f" {hint}:{shown}" if hint else shown

    def express(self, example: Example) -> str | None:
        """The expression of the call that the target is: closed values by symbol, others quoted; None where there is none."""
        try:
            expression = self.write(parse(example.target), example.source)
            return expression if self.execute(expression, example) == example.target else None
        except ExpressionError:
            return None

    def write(self, call: Call, source: str) -> str:
        """A call as expression; raises ExpressionError where it has none."""
        arguments = dict(call.arguments)
        given: list[tuple[Parameter, Scalar]] = []
        for parameter in self.parameters(call.function):
            given += [(parameter, scalar) for scalar in scalars(arguments.pop(parameter.name, ()))]
        if arguments:
            refuse("the function has no such parameter", next(iter(arguments)))
        if self.order == "source":
            given.sort(key=lambda pair: next(places_of(unquote(pair[1]), source), len(source)))
        written = (parameter_symbol(parameter.name) + self.write_value(parameter, scalar, source) for parameter, scalar in given)
        return "".join([function_symbol(call.function), *written])

    def write_value(self, parameter: Parameter, scalar: Scalar, source: str) -> str:
        """A value as a symbol or as a quotation."""
        if scalar in parameter.scalars:
            return value_symbol(scalar)
        if scalar.startswith('"') != (parameter.type == "string"):
            refuse(f"the parameter {parameter.name!r} takes no value of this type", scalar)
        found = quotation(unquote(scalar), list(SEGMENTS[parameter.type](source))) if parameter.open else None
        return f"{found}{CLOSE}" if found else refuse(f"the value of {parameter.name!r} is neither enumerated nor in the source", scalar)

    def execute(self, expression: str, example: Example) -> str:
        """The canonical call; raises ExpressionError unless it is complete and well-typed, and its quotations are from the source."""
        blank, *parts = SYMBOL.split(bounded(expression))
        symbols, texts = parts[::2], parts[1::2]
        name = symbols[0][1:-3] if symbols else ""
        if blank or not symbols or texts[0] or symbols[0] != function_symbol(name):
            refuse("a call begins with one function", expression)
        given: dict[str, list[Scalar]] = {}
        left = list(self.parameters(name))
        for symbol, value in self.pairs(symbols[1:], texts[1:], expression):
            place = next((place for place, one in enumerate(left) if parameter_symbol(one.name) == symbol), None)
            if place is None:
                refuse("no parameter that may be given here", symbol)
            current = left[place]
            given.setdefault(current.name, []).append(self.read_value(current, value, example.source))
            first = place + (current.listed == "never")
            left = left[first:] if self.order == "schema" else [*left[:place], *left[first:]]
        return render(Call(name, tuple(self.arguments(name, given))))

    def pairs(self, symbols: Sequence[str], texts: Sequence[str], expression: str) -> Iterator[tuple[str, str]]:
        """Each parameter's symbol, and its value as symbol or as quotation with the symbol that ends it."""
        for place in range(0, len(symbols), 2):
            before, after = texts[place], texts[place + 1 : place + 2]
            if after != [""] or bool(before) != (symbols[place + 1] == CLOSE):
                refuse("each parameter has one value, a symbol or a quotation", expression)
            yield symbols[place], before + symbols[place + 1]

    def read_value(self, parameter: Parameter, value: str, source: str) -> Scalar:
        """The scalar that a value denotes."""
        if not value.endswith(CLOSE):
            scalar = value[1:-1]
            return scalar if scalar in parameter.scalars else refuse(f"no value of {parameter.name!r}", value)
        quoted = value.removesuffix(CLOSE)
        if not parameter.open or not any(segment.holds(quoted) for segment in SEGMENTS[parameter.type](source)):
            refuse(f"{parameter.name!r} quotes what the source does not hold", quoted)
        return quote(unspaced(quoted)) if parameter.type == "string" else unspaced(quoted)

    def parameters(self, function: str) -> Sequence[Parameter]:
        """The parameters of a function; raises ExpressionError where there is none."""
        return self.schemas[function] if function in self.schemas else refuse("no function", function)

    def arguments(self, function: str, given: dict[str, list[Scalar]]) -> Iterator[tuple[str, str | tuple[str, ...]]]:
        """The arguments in order; raises ExpressionError where one that is required is not given."""
        for parameter in self.parameters(function):
            if parameter.name in given:
                yield parameter.name, parameter.value(given[parameter.name])
            elif parameter.required:
                refuse(f"{function} lacks a required argument", parameter.name)

    def grammars(self, pieces: Pieces) -> Grammars:
        """The grammar of each example."""
        symbols = Symbols(self.schemas, pieces, self.order)
        return lambda example: CallGrammar(symbols, example)


def learn(params: Params, examples: Sequence[Example]) -> Inventory:
    """The schemas of the functions that training targets call; a target that is no call teaches nothing, and has no expression.

    Raises DataError where no call has a parameter that is to be quoted.
    """
    schemas = schema.learn(parsed(examples), params.closed, params.quoted)
    known = sorted({parameter.name for found in schemas.values() for parameter in found})
    if unknown := [name for name in params.quoted if name not in known]:
        raise DataError(
            f"expression.call.quoted: no call of training has a parameter {unknown[0]!r}; there are: {', '.join(known) or 'none'}"
        )
    return schema.to_inventory(schemas)


def parsed(examples: Sequence[Example]) -> Iterator[Lesson]:
    """The calls that targets are, with their sources."""
    for example in examples:
        try:
            yield Lesson(parse(example.target), example.source)
        except ExpressionError:
            continue


def language(params: Params, inventory: Inventory) -> Calls:
    """The calls of the functions in the inventory; raises ArtifactError."""
    return Calls(schema.from_inventory(inventory), params.order, params.lines_as_symbols, params.hint)
