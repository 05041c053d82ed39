"""The first of what may be very many, and how many more there were."""

from collections.abc import Iterable


class FirstOfMany[Found](list[Found]):
    """A list that keeps the first of what is added, and counts the rest as `more`.

    A file of a million rows can be wrong in each of them. Nobody reads a million mistakes, and
    keeping them takes a gigabyte.
    """

    def __init__(self, found: Iterable[Found] = (), *, most: int) -> None:
        super().__init__()
        self.most = most
        self.more = 0
        self.extend(found)

    def append(self, one: Found) -> None:
        """Add one, or count it."""
        if len(self) < self.most:
            super().append(one)
        else:
            self.more += 1

    def extend(self, found: Iterable[Found]) -> None:
        """Add all, or count them."""
        for one in found:
            self.append(one)
