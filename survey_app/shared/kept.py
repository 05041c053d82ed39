"""What a process keeps in memory to read it again sooner: the newest used, up to so many bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable


class KeptInBytes[Name: Hashable, Value]:
    """Values by name, of which those that were used longest ago go first.

    Parameters
    ----------
    most : int
        Bytes that all of them may take together. The one that was used last stays, however large.
    """

    __slots__ = ("_held", "most", "taken")

    def __init__(self, most: int) -> None:
        self.most, self.taken = most, 0
        self._held: OrderedDict[Name, tuple[Value, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._held)

    def find(self, name: Name) -> Value | None:
        """Return what is kept under a name; None where nothing is."""
        if name not in self._held:
            return None
        self._held.move_to_end(name)
        return self._held[name][0]

    def keep(self, name: Name, value: Value, size: int) -> None:
        """Keep a value that takes ``size`` bytes, and let others go where it takes their place."""
        self.taken += size - self._held.pop(name, (value, 0))[1]
        self._held[name] = (value, size)
        while self.taken > self.most and len(self._held) > 1:
            _, (_, freed) = self._held.popitem(last=False)
            self.taken -= freed
