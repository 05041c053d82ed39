"""The first of what may be very many, and how many more there were."""

from collections.abc import Callable, Hashable, Iterable


class FirstOfMany[Found](list[Found]):
    """A list that keeps the first of what is added, and counts the rest as `more`.

    A file of a million rows can be wrong in each of them. Nobody reads a million mistakes, and
    keeping them takes a gigabyte. Of a kind that comes later the first is kept as well: a thousand
    of one kind hide no other.

    Parameters
    ----------
    found : iterable, optional
        What is added first.
    most : int
        How many are kept.
    kind : callable
        Tells kinds apart, of which there are few.
    """

    def __init__(
        self, found: Iterable[Found] = (), *, most: int, kind: Callable[[Found], Hashable]
    ) -> None:
        super().__init__()
        self.most = most
        self._kind = kind
        self.more = 0
        self._kinds: set[Hashable] = set()
        self.extend(found)

    @property
    def number(self) -> int:
        """How many were added."""
        return len(self) + self.more

    def append(self, one: Found) -> None:
        """Add one, or count it."""
        kind = self._kind(one)
        if len(self) < self.most or kind not in self._kinds:
            self._kinds.add(kind)
            super().append(one)
        else:
            self.more += 1

    def extend(self, found: Iterable[Found]) -> None:
        """Add all, or count them."""
        for one in found:
            self.append(one)
