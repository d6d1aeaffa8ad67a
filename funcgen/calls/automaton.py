"""Which tokens may write a call for one example: a function, its parameters, closed values by symbol, open ones quoted.

Parameters come in the schema's order, or in any (Order). One that is required cannot be left out, one that is not a list cannot come
twice, and a function that the example cannot provide with all that it requires is not offered.
"""

from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from typing import Literal, NamedTuple

from funcgen.artifacts import Example
from funcgen.calls.schema import Parameter, Schemas
from funcgen.calls.spans import SEGMENTS
from funcgen.calls.tape import NEVER, Tape, trie_of
from funcgen.grammar import Mask, Pieces

Order = Literal["schema", "source"]
"""Of the parameters in an expression: the schema's, or any, which training shows as that of the values in the source."""
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
    """Behind an argument or the function: places of the parameters that may come, and of lists that may have one item more."""

    function: int
    left: tuple[int, ...]
    lists: tuple[int, ...]


class Wanted(NamedTuple):
    """Behind the parameter at a place, which wants a value; `after` it may come what that says."""

    place: int
    after: Between


class Quoting(NamedTuple):
    """Inside a quotation, which may have come to any of the positions of the tape."""

    place: int
    after: Between
    positions: tuple[int, ...]


State = Between | Wanted | Quoting
NOWHERE = -1
START = Between(NOWHERE, (), ())


class Costs(NamedTuple):
    """Tokens that are needed at least: for each function and parameter its value, and the argument, if it is required."""

    value: Sequence[Sequence[int]]
    needed: Sequence[Sequence[int]]

    def rest(self, state: Between) -> int:
        """Of all that is still required, the end included."""
        needed = self.needed[state.function]
        return min(NEVER, 1 + sum(needed[place] for place in state.left))


class Symbols:
    """The functions in tokens: what the grammars of all examples share."""

    def __init__(self, schemas: Schemas, pieces: Pieces, order: Order) -> None:
        self.order = order
        ids = pieces.symbols
        self.pieces = pieces
        symbols = set(ids.values())
        self.trie = trie_of(b"" if token in symbols else content for token, content in enumerate(pieces.spelling))
        self.close = ids[CLOSE]
        self.functions = {
            ids[function_symbol(name)]: Between(number, tuple(range(len(schemas[name]))), ()) for number, name in enumerate(schemas)
        }
        self.slots = [
            [Slot(one, ids[parameter_symbol(one.name)], [ids[value_symbol(scalar)] for scalar in one.scalars]) for one in parameters]
            for parameters in schemas.values()
        ]
        self.types = {slot.parameter.type for slots in self.slots for slot in slots if slot.parameter.open}
        self.costs = cache(self.costs_of)

    def costs_of(self, string: int, bare: int) -> Costs:
        """The costs where the shortest quotation has so many tokens."""
        quoting = {"string": string, "bare": bare}
        value, needed = [], []
        for slots in self.slots:
            least = [min(1 if slot.closed else NEVER, quoting[slot.parameter.type] + 1 if slot.parameter.open else NEVER) for slot in slots]
            value.append(least)
            needed.append([1 + cost if slot.parameter.required else 0 for slot, cost in zip(slots, least, strict=True)])
        return Costs(value, needed)


class CallGrammar:
    """The calls that may be written for one example; where no function can be called, the empty text alone, which is no expression."""

    def __init__(self, symbols: Symbols, example: Example) -> None:
        self.symbols = symbols
        self.tapes = {kind: Tape(SEGMENTS[kind](example.source), symbols.trie) for kind in symbols.types}
        self.costs = symbols.costs(*(self.tapes[kind].shortest if kind in self.tapes else NEVER for kind in SEGMENTS))
        self.functions = [token for token, state in symbols.functions.items() if self.costs.rest(state) < NEVER]
        self.masks: dict[State, Mask] = {}

    @cached_property
    def growth(self) -> int:
        """The longest of: an optional argument, the way out of a word, what one function needs more than another."""
        values = [cost for costs in self.costs.value for cost in costs if cost < NEVER]
        functions = [self.costs.rest(self.symbols.functions[token]) for token in self.functions] or [0]
        return max(0, *values, max(functions) - min(functions), *(tape.farthest for tape in self.tapes.values()))

    def start(self) -> State:
        """Before the function."""
        return START

    def slot(self, state: Wanted | Quoting) -> Slot:
        """The parameter that a state is about."""
        return self.symbols.slots[state.after.function][state.place]

    def tape(self, state: Wanted | Quoting) -> Tape:
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
        """The parameters that may come next, in the schema's order up to the first that is required; the end where none is."""
        slots, costs = self.symbols.slots[state.function], self.costs.value[state.function]
        required = [place for place in state.left if slots[place].parameter.required]
        last = required[0] if required and self.symbols.order == "schema" else len(slots)
        yield from (slots[place].symbol for place in state.lists)
        yield from (slots[place].symbol for place in state.left if place <= last and costs[place] < NEVER)
        if not required:
            yield self.symbols.pieces.end

    def advance(self, state: State, token: int) -> State:
        """The state behind an allowed token."""
        if isinstance(state, Quoting):
            ended = token == self.symbols.close
            return state.after if ended else state._replace(positions=self.tape(state).advance(state.positions, token))
        if isinstance(state, Wanted):
            tape = self.tape(state) if token not in self.slot(state).closed else None
            return Quoting(*state, tape.advance(tape.positions, token)) if tape else state.after
        return self.symbols.functions[token] if state == START else self.given(state, token)

    def given(self, state: Between, token: int) -> Wanted:
        """The state behind a parameter's symbol."""
        slots = self.symbols.slots[state.function]
        place = next(place for place in (*state.lists, *state.left) if slots[place].symbol == token)
        listed = (place,) if slots[place].parameter.listed != "never" else ()
        if self.symbols.order == "schema":
            return Wanted(place, Between(state.function, tuple(one for one in state.left if one > place), listed))
        lists = tuple(sorted({*state.lists, *listed}))
        return Wanted(place, Between(state.function, tuple(one for one in state.left if one != place), lists))

    def distance(self, state: State) -> int:
        """Tokens to the end of the shortest call."""
        if state == START:
            return 1 + min((self.costs.rest(self.symbols.functions[token]) for token in self.functions), default=0)
        if isinstance(state, Between):
            return self.costs.rest(state)
        rest = self.costs.rest(state.after)
        if isinstance(state, Wanted):
            return self.costs.value[state.after.function][state.place] + rest
        tape = self.tape(state)
        return 1 + min(tape.distance[position] for position in state.positions) + rest
