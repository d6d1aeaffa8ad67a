"""What the rows of a batch attend to: a store of all that was seen, in slots, and for each row which of them are its own past.

The rows of a prompt share its slots and each other's: nothing is moved when a row goes on from another one, only what it sees changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

CHUNK = 16
"""Steps that there is room for; then the slots that no row sees any more are left out, and new room is made."""


@dataclass
class Store:
    """Keys, values or states, a tensor of four dimensions: the first is of prompts, dimension `slots` of slots."""

    content: Tensor
    slots: int

    def part(self, begin: int, end: int) -> Tensor:
        """The slots from `begin` up to `end`."""
        return self.content.narrow(self.slots, begin, end - begin)

    def room(self, order: Tensor | None, used: int, capacity: int) -> None:
        """Have `capacity` slots; the first `used` are those that `order` [prompts, used] names, or as they are."""
        shape = list(self.content.shape)
        shape[self.slots] = used
        if order is None:
            kept = self.part(0, used)
        else:
            index = order.view(len(order), 1, used, 1) if self.slots == 2 else order.view(len(order), 1, 1, used)
            kept = self.content.gather(self.slots, index.expand(shape))
        shape[self.slots] = capacity
        self.content = self.content.new_empty(shape)
        self.part(0, used).copy_(kept)


class Memory:
    """Slots of each prompt, the first `used` of them in use; `bias` [rows, slots] is 0 where a row sees a slot, else minus infinity."""

    def __init__(self, lengths: Tensor, width: int, share: int, stores: Sequence[Store]) -> None:
        self.share = share
        self.stores = stores
        self.used = width
        prompt = torch.arange(width, device=lengths.device) < lengths[:, None]
        self.padded = not bool(prompt.all())
        bias = torch.zeros(prompt.shape, device=lengths.device).masked_fill_(~prompt, -torch.inf)
        self.bias = bias.repeat_interleave(share, dim=0)
        own = torch.eye(share, device=lengths.device).log()
        self.own = own.repeat(len(lengths), 1)

    def open(self) -> tuple[int, int]:
        """Slots for one more token of each row, and that each row sees its own: begin and end."""
        begin, end = self.used, self.used + self.share
        if end > self.bias.shape[1]:
            self.make_room()
            begin, end = self.used, self.used + self.share
        self.bias[:, begin:end] = self.own
        self.used = end
        return begin, end

    def make_room(self) -> None:
        """Leave out the slots that no row sees, and have room for more steps."""
        order = None
        if self.share > 1 or self.padded:
            by_prompt = self.bias[:, : self.used].view(-1, self.share, self.used)
            seen = (by_prompt == 0).any(1)
            self.used = int(seen.sum(1).max())
            order = seen.logical_not().to(torch.uint8).argsort(dim=1, stable=True)[:, : self.used]
            by_prompt = by_prompt.gather(2, order[:, None].expand(-1, self.share, -1))
            kept = by_prompt.flatten(0, 1)
        else:
            kept = self.bias[:, : self.used]
        capacity = self.used + CHUNK * self.share
        self.bias = self.bias.new_empty((len(kept), capacity))
        self.bias[:, : self.used] = kept
        for store in self.stores:
            store.room(order, self.used, capacity)

    def visible(self) -> Tensor | None:
        """What is added to the scores of attention [prompts, 1, share, slots]; None where all is seen."""
        if self.share == 1 and not self.padded:
            return None
        return self.bias[:, : self.used].view(-1, 1, self.share, self.used)

    def follow(self, parents: Tensor) -> None:
        """Have each row see what another one of the same prompt does."""
        self.bias = self.bias.index_select(0, parents)

    def keep(self, prompts: Tensor, rows: Tensor) -> None:
        """Go on with these prompts, and rows, alone."""
        self.bias = self.bias.index_select(0, rows)
        self.own = self.own[: len(rows)]
        for store in self.stores:
            store.content = store.content.index_select(0, prompts)
