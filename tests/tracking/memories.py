"""A memory that needs no folder."""

from funcgen.resumption.memory import Nowhere


class Memory(Nowhere):
    """A memory that outlives a process that dies."""

    noted: str | None = None

    def run(self) -> str | None:
        return self.noted

    def note_run(self, run_id: str) -> None:
        self.noted = run_id
