"""Which tokens may write a call for one example: a function, its parameters in order, closed values by symbol, open ones quoted.

A parameter that is required cannot be left out, one that is not a list cannot come twice, and a function that the example cannot
provide with all that it requires is not offered.
"""

from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from itertools import accumulate
from typing import NamedTuple

from funcgen.artifacts import Example
from funcgen.calls.schema import Parameter, Schemas
from funcgen.calls.spans import SEGMENTS
from funcgen.calls.tape import NEVER, Tape, trie_of
from funcgen.grammar import Mask, Pieces

CLOSE = "{/}"
"""The symbol that ends a quotation."""


def function_symbol(name: str) -> str:
    """The symbol of a function."""
    return f"{{{name}()}}"


def parameter_symbol(name: str) -> str:
    """The symbol of a parameter."""
    return f"{{{name}=}}"


def value_symbol(scalar: str) -> str:
    """The symbol of a closed value."""
    return f"{{{scalar}}}"


class Slot(NamedTuple):
    """A parameter in tokens."""

    parameter: Parameter
    symbol: int
    closed: Sequence[int]


class Between(NamedTuple):
    """Behind an argument or the function: `place` is that of the next parameter; with `again`, the one before may be there once more."""

    function: int
    place: int
    again: bool


class Wanted(NamedTuple):
    """Behind the parameter at a place, which wants a value."""

    function: int
    place: int


class Quoting(NamedTuple):
    """Inside a quotation, which may have come to any of the positions of the tape."""

    function: int
    place: int
    positions: tuple[int, ...]


State = Between | Wanted | Quoting
NOWHERE = -1
START = Between(NOWHERE, 0, False)


class Costs(NamedTuple):
    """Tokens that are needed at least: for each function and parameter its value, and all that is required from it on, the end included."""

    value: Sequence[Sequence[int]]
    rest: Sequence[Sequence[int]]


class Symbols:
    """The functions in tokens: what the grammars of all examples share."""

    def __init__(self, schemas: Schemas, pieces: Pieces) -> None:
        ids = pieces.symbols
        self.pieces = pieces
        symbols = set(ids.values())
        self.trie = trie_of(b"" if token in symbols else content for token, content in enumerate(pieces.spelling))
        self.close = ids[CLOSE]
        self.functions = {ids[function_symbol(name)]: number for number, name in enumerate(schemas)}
        self.slots = [
            [Slot(one, ids[parameter_symbol(one.name)], [ids[value_symbol(scalar)] for scalar in one.scalars]) for one in parameters]
            for parameters in schemas.values()
        ]
        self.types = {slot.parameter.type for slots in self.slots for slot in slots if slot.parameter.open}
        self.costs = cache(self.costs_of)

    def costs_of(self, string: int, bare: int) -> Costs:
        """The costs where the shortest quotation has so many tokens."""
        quoting = {"string": string, "bare": bare}
        value, rest = [], []
        for slots in self.slots:
            least = [min(1 if slot.closed else NEVER, quoting[slot.parameter.type] + 1 if slot.parameter.open else NEVER) for slot in slots]
            needed = [1 + cost if slot.parameter.required else 0 for slot, cost in zip(slots, least, strict=True)]
            value.append(least)
            rest.append([min(NEVER, cost) for cost in accumulate(reversed([*needed, 1]))][::-1])
        return Costs(value, rest)


class CallGrammar:
    """The calls that may be written for one example; where no function can be called, the empty text alone, which is no expression."""

    def __init__(self, symbols: Symbols, example: Example) -> None:
        self.symbols = symbols
        self.tapes = {kind: Tape(SEGMENTS[kind](example.source), symbols.trie) for kind in symbols.types}
        self.costs = symbols.costs(*(self.tapes[kind].shortest if kind in self.tapes else NEVER for kind in SEGMENTS))
        self.functions = [token for token, number in symbols.functions.items() if self.costs.rest[number][0] < NEVER]
        self.masks: dict[State, Mask] = {}

    @cached_property
    def growth(self) -> int:
        """The longest of: an optional argument, the way out of a word, what one function needs more than another."""
        values = [cost for costs in self.costs.value for cost in costs if cost < NEVER]
        functions = [self.costs.rest[self.symbols.functions[token]][0] for token in self.functions] or [0]
        return max(0, *values, max(functions) - min(functions), *(tape.farthest for tape in self.tapes.values()))

    def start(self) -> State:
        """Before the function."""
        return START

    def slot(self, state: State) -> Slot:
        """The parameter that a state is about."""
        return self.symbols.slots[state.function][state.place]

    def tape(self, state: State) -> Tape:
        """What the parameter that a state is about can be quoted from."""
        return self.tapes[self.slot(state).parameter.type]

    def allowed(self, state: State) -> Mask:
        """The tokens that may come next; made once for each state."""
        if state not in self.masks:
            self.masks[state] = self.symbols.pieces.mask(list(self.tokens(state)))
        return self.masks[state]

    def tokens(self, state: State) -> Iterable[int]:
        """As `allowed`, as ids."""
        if isinstance(state, Quoting):
            tape = self.tape(state)
            ended = any(tape.distance[position] == 0 for position in state.positions)
            return [*tape.tokens(state.positions), *([self.symbols.close] if ended else [])]
        if isinstance(state, Wanted):
            slot = self.slot(state)
            return [*slot.closed, *(self.tape(state).tokens(self.tape(state).positions) if slot.parameter.open else ())]
        return (self.functions or [self.symbols.pieces.end]) if state == START else self.arguments(state)

    def arguments(self, state: Between) -> Iterable[int]:
        """The parameters that may come next, up to the first that is required; the end where none is."""
        slots, costs = self.symbols.slots[state.function], self.costs.value[state.function]
        if state.again:
            yield slots[state.place - 1].symbol
        for slot, cost in zip(slots[state.place :], costs[state.place :], strict=True):
            if cost < NEVER:
                yield slot.symbol
            if slot.parameter.required:
                return
        yield self.symbols.pieces.end

    def advance(self, state: State, token: int) -> State:
        """The state behind an allowed token."""
        if isinstance(state, Quoting) and token != self.symbols.close:
            return state._replace(positions=self.tape(state).advance(state.positions, token))
        if isinstance(state, Wanted) and token not in self.slot(state).closed:
            tape = self.tape(state)
            return Quoting(*state, tape.advance(tape.positions, token))
        if not isinstance(state, Between):
            return Between(state.function, state.place + 1, self.slot(state).parameter.listed != "never")
        if state == START:
            return Between(self.symbols.functions[token], 0, False)
        first = state.place - state.again
        found = [slot.symbol for slot in self.symbols.slots[state.function][first:]]
        return Wanted(state.function, first + found.index(token))

    def distance(self, state: State) -> int:
        """Tokens to the end of the shortest call."""
        if state == START:
            return 1 + min((self.costs.rest[self.symbols.functions[token]][0] for token in self.functions), default=0)
        rest = self.costs.rest[state.function]
        if isinstance(state, Between):
            return rest[state.place]
        if isinstance(state, Wanted):
            return self.costs.value[state.function][state.place] + rest[state.place + 1]
        tape = self.tape(state)
        return 1 + min(tape.distance[position] for position in state.positions) + rest[state.place + 1]
