"""Constrained decoding: at each step only tokens that lead to a complete expression within the limit, for each row its own."""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from funcgen.grammar import Foreseeing, Grammar, Mask

NODES = 200_000
"""States that are remembered from one batch to the next, at most."""
MASK_BYTES = 1 << 26
"""Of masks that are remembered from one step to the next, at most."""
UNKNOWN = -1
NOTHING = 0
"""The number of the mask that refuses nothing."""

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float32]


class Node:
    """A state of a grammar, and what was found out about it: the nodes `after` it by token, and the numbers of its masks.

    The limit is of no concern where more than `reach` tokens remain, or fewer than `distance`; else each number of them has a mask.
    `nearer` are the tokens behind which the distance is another, and by how much it is less.
    """

    __slots__ = ("after", "distance", "grammar", "mask", "masks_near_limit", "nearer", "reach", "state")

    def __init__(self, grammar: Grammar, state: Hashable) -> None:
        self.grammar = grammar
        self.state: Any = state
        self.distance = grammar.distance(state)
        self.reach = self.distance + grammar.growth
        self.after: dict[int, Node | None] = {}
        self.mask = UNKNOWN
        self.masks_near_limit: dict[int, int] = {}
        self.nearer: tuple[Ints, Floats] | None = None


class Automata:
    """The states that were come to, each once, and their masks, equal ones once; examples with one grammar find each other's states."""

    def __init__(self, end: int) -> None:
        self.end = end
        self.nodes: dict[int, dict[Hashable, Node]] = {}
        self.grammars: list[Grammar] = []  # kept, so that no other gets the identity of one
        self.count = 0
        self.refused: Bools = np.zeros((0, 0), dtype=np.bool_)
        self.numbers: dict[bytes, int] = {}

    def forget(self) -> None:
        """Forget all, where it is much."""
        if self.count > NODES:
            self.nodes, self.grammars, self.count = {}, [], 0
            self.forget_masks()

    def forget_masks(self) -> None:
        """Forget the masks, where they are many."""
        if self.refused.nbytes > MASK_BYTES:
            self.refused = self.refused[:1].copy()
            self.numbers = {self.refused[NOTHING].tobytes(): NOTHING}
            for nodes in self.nodes.values():
                for node in nodes.values():
                    node.mask, node.masks_near_limit = UNKNOWN, {}

    def node(self, grammar: Grammar, state: Hashable) -> Node:
        """The node of a state."""
        if id(grammar) not in self.nodes:
            self.nodes[id(grammar)] = {}
            self.grammars.append(grammar)
        own = self.nodes[id(grammar)]
        if state not in own:
            own[state] = Node(grammar, state)
            self.count += 1
        return own[state]

    def follow(self, node: Node, token: int) -> Node | None:
        """The node behind a token; None behind the end, and behind what is not allowed."""
        if token not in node.after:
            legal = token != self.end and not self.refused[self.mask(node), token]
            node.after[token] = self.node(node.grammar, node.grammar.advance(node.state, token)) if legal else None
        return node.after[token]

    def mask(self, node: Node) -> int:
        """The number of what is refused behind a node, whatever the limit."""
        if node.mask == UNKNOWN:
            node.mask = self.number(node.grammar.allowed(node.state))
        return node.mask

    def mask_near_limit(self, node: Node, remaining: int) -> int:
        """The number of what is refused where so many tokens remain."""
        if remaining not in node.masks_near_limit:
            node.masks_near_limit[remaining] = self.number(within(node.grammar, node.state, remaining, self.end))
        return node.masks_near_limit[remaining]

    def nearer(self, node: Node) -> tuple[Ints, Floats]:
        """The tokens behind a node by which the end comes nearer, or goes away, and by how many tokens."""
        if node.nearer is None:
            allowed = node.grammar.allowed(node.state)
            change = np.where(allowed, node.distance - behind(node.grammar, node.state, self.end), 0)
            tokens = np.flatnonzero(change)
            node.nearer = tokens, change[tokens].astype(np.float32)
        return node.nearer

    def too_long(self, node: Node | None, token: int, remaining: int) -> bool:
        """Whether no way to the end is short enough behind an allowed token."""
        after = None if node is None else self.follow(node, token)
        return after is not None and after.distance >= remaining

    def number(self, allowed: Mask) -> int:
        """The number of the mask that refuses all but what is allowed."""
        if not self.numbers:
            self.refused = np.zeros((64, len(allowed)), dtype=np.bool_)
            self.numbers[self.refused[NOTHING].tobytes()] = NOTHING
        refused = ~allowed
        number = self.numbers.setdefault(refused.tobytes(), len(self.numbers))
        if number == len(self.refused):
            self.refused = np.concatenate([self.refused, np.zeros_like(self.refused)])
        self.refused[number] = refused
        return number


class Constraint:
    """What is refused in each row of a batch; rows of one example (beams) lie together, `share` of each.

    `among_valid`: probabilities are over what is not refused.
    """

    def __init__(self, automata: Automata, grammars: Sequence[Grammar], share: int, limit: int, among_valid: bool = False) -> None:
        self.automata = automata
        self.share = share
        self.among_valid = among_valid
        self.remaining = limit
        self.roots = [automata.node(grammar, grammar.start()) for grammar in grammars]
        self.nodes: list[Node | None] = [root for root in self.roots for _ in range(share)]
        self.look()

    def look(self) -> None:
        """Find the masks of all rows, and the rows `near` the limit, for which these are not all."""
        automata, remaining = self.automata, self.remaining
        automata.forget_masks()
        numbers = [NOTHING if node is None else node.mask if node.mask >= 0 else automata.mask(node) for node in self.nodes]
        self.numbers: Ints = np.array(numbers, dtype=np.int64)
        self.near = [row for row, node in enumerate(self.nodes) if node is not None and node.distance <= remaining <= node.reach]

    def refuses(self, rows: Ints, tokens: Ints) -> Bools:
        """Whether each row refuses a token; all of one shape."""
        found: Bools = self.automata.refused[self.numbers[rows], tokens]
        for row in self.near:  # one by one, since masks near the limit cost much and are hardly ever needed
            for place in map(tuple, np.argwhere((rows == row) & ~found).tolist()):
                found[place] = self.automata.too_long(self.nodes[row], int(tokens[place]), self.remaining)
        return found

    def refused(self, rows: Ints) -> Bools:
        """The tokens that each of the rows refuses [rows, vocabulary]."""
        numbers = self.numbers[rows]
        for place in np.flatnonzero(np.isin(rows, self.near)).tolist():
            node = self.nodes[rows[place]]
            numbers[place] = NOTHING if node is None else self.automata.mask_near_limit(node, self.remaining)
        found: Bools = self.automata.refused[numbers]
        return found

    def distances(self) -> Ints:
        """How many tokens the shortest expression of each example has, the end included."""
        return np.array([root.distance for root in self.roots], dtype=np.int64)

    def nearer(self) -> tuple[Ints, Ints, Floats]:
        """Rows and tokens where the token brings the row's end nearer, or takes it away, and by how many tokens."""
        found = [(row, *self.automata.nearer(node)) for row, node in enumerate(self.nodes) if node is not None]
        rows, tokens, change = zip(*found, strict=True) if found else ((), (), ())
        none = np.zeros(0, dtype=np.int64)
        return (
            np.repeat(np.array(rows, dtype=np.int64), list(map(len, tokens))),
            np.concatenate([none, *tokens]),
            np.concatenate([none.astype(np.float32), *change]),
        )

    def follow(self, rows: Ints, tokens: Ints, wanted: Bools) -> None:
        """Have each row go on from another one with a token; of those that are not wanted anything is allowed from now on."""
        nodes, follow = self.nodes, self.automata.follow
        self.nodes = [
            (node.after[token] if token in node.after else follow(node, token)) if want and (node := nodes[row]) else None
            for row, token, want in zip(rows.tolist(), tokens.tolist(), wanted.tolist(), strict=True)
        ]
        self.remaining -= 1
        self.look()

    def keep(self, examples: Ints) -> None:
        """Go on with these examples alone."""
        self.nodes = [self.nodes[row] for example in examples.tolist() for row in range(example * self.share, (example + 1) * self.share)]

    def accepts(self, example: int, completion: Sequence[int]) -> bool:
        """Whether a completion is a complete expression for an example of the batch as it began, the end and nothing behind it."""
        node: Node | None = self.roots[example]
        *body, last = completion
        for token in body:
            if node is not None:
                node = self.automata.follow(node, token)
        return last == self.automata.end and node is not None and bool(node.grammar.allowed(node.state)[last])


def within(grammar: Grammar, state: Any, remaining: int, end: int) -> Mask:
    """The allowed tokens that leave a way to the end in `remaining` tokens; all allowed ones where no way is that short."""
    allowed = grammar.allowed(state)
    distance = grammar.distance(state)
    if remaining >= distance + grammar.growth + 1 or remaining < distance:
        return allowed
    short: Mask = allowed & (behind(grammar, state, end) < remaining)
    return short


def behind(grammar: Grammar, state: Any, end: int) -> Ints:
    """For each allowed token how many the shortest way to a complete expression still has behind it; for others any number."""
    if isinstance(grammar, Foreseeing):
        found = grammar.distances(state)
    else:
        found = np.zeros(len(grammar.allowed(state)), dtype=np.int64)
        for token in np.flatnonzero(grammar.allowed(state)).tolist():
            found[token] = 0 if token == end else grammar.distance(grammar.advance(state, token))
    found[end] = 0
    return found
