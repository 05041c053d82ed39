"""Responses as small integers: a wave of a million takes as many bytes as it has answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Final, cast

import numpy as np
import numpy.typing as npt

type Answers = tuple[str, tuple[int, ...]]
"""Domain code, and the stored codes in the order of the questionnaire's columns."""

type Codes = npt.NDArray[np.int8] | npt.NDArray[np.int16]

BATCH: Final = 8192
_NARROW: Final = np.iinfo(np.int8)


@dataclass(frozen=True, slots=True, eq=False)
class AnswerRows:
    """Responses of one wave; their order means nothing.

    Parameters
    ----------
    domains : tuple of str
        The codes that occur, sorted.
    domain : ndarray of int32, shape (n_responses,)
        Position in ``domains``.
    codes : ndarray of int8 or int16, shape (n_responses, n_columns)
        Stored codes.
    """

    domains: tuple[str, ...]
    domain: npt.NDArray[np.int32]
    codes: Codes

    @classmethod
    def of(cls, rows: Iterable[Answers], columns: int) -> AnswerRows:
        """Take in responses, some at a time; one byte an answer where all codes allow it."""
        parts = [cls._some(some, columns) for some in batched(rows, BATCH)]
        return cls.joined(parts, columns)

    @classmethod
    def _some(cls, rows: Sequence[Answers], columns: int) -> AnswerRows:
        codes = np.array([answers for _, answers in rows], np.int16).reshape(len(rows), columns)
        small = codes.min(initial=0) >= _NARROW.min and codes.max(initial=0) <= _NARROW.max
        names, domain = np.unique([name for name, _ in rows], return_inverse=True)
        known = tuple(map(str, names)), domain.astype(np.int32)
        return cls(*known, codes.astype(np.int8)) if small else cls(*known, codes)

    @classmethod
    def joined(cls, parts: Sequence[AnswerRows], columns: int) -> AnswerRows:
        """Put parts of one wave together."""
        names = sorted({name for part in parts for name in part.domains})
        place = {name: at for at, name in enumerate(names)}
        domain = [np.zeros(0, np.int32)]
        for part in parts:
            own = np.array([place[name] for name in part.domains], np.int32)
            domain.append(own[part.domain])
        codes: list[Codes] = [np.zeros((0, columns), np.int8), *(part.codes for part in parts)]
        return cls(tuple(names), np.concatenate(domain), cast("Codes", np.concatenate(codes)))

    def __len__(self) -> int:
        return len(self.domain)

    def __getitem__(self, at: int) -> Answers:
        return self.domains[self.domain[at]], tuple(self.codes[at].tolist())

    def __iter__(self) -> Iterator[Answers]:
        for first in range(0, len(self), BATCH):
            yield from self._made(slice(first, first + BATCH))

    def in_turn(self, order: npt.NDArray[np.integer]) -> Iterator[Answers]:
        """Give them in an order, by their places."""
        for first in range(0, len(order), BATCH):
            yield from self._made(order[first : first + BATCH])

    def _made(self, rows: slice | npt.NDArray[np.integer]) -> Iterator[Answers]:
        names = (self.domains[at] for at in self.domain[rows])
        yield from zip(names, map(tuple, self.codes[rows].tolist()), strict=True)

    def by_domain(self) -> dict[str, int]:
        """Count them by their code, in the order of the codes."""
        counts = np.bincount(self.domain, minlength=len(self.domains)).tolist()
        return dict(zip(self.domains, counts, strict=True))

    def sorted(self) -> AnswerRows:
        """Put them in the order of domain, then answers, as numbers."""
        lowest = int(self.codes.min(initial=0))
        return self._in_order(self.domain, lambda column: column.astype(np.int32) - lowest)

    def as_written(self) -> AnswerRows:
        """Put them in the order of their lines of text: domain, tab, codes with commas, newline."""
        names = np.array([f"{name}\t" for name in self.domains], dtype=object)
        # a comma, or the newline after the last code, stands before every digit and the minus
        return self._in_order(np.argsort(np.argsort(names))[self.domain], _order_of_text)

    def _in_order(
        self, domain: npt.NDArray[np.integer], letter: Callable[[Codes], npt.NDArray[np.integer]]
    ) -> AnswerRows:
        """Sort as words are sorted, each column a letter: a whole number from 0."""
        n, columns = self.codes.shape
        span = int(self.codes.max(initial=0)) - int(self.codes.min(initial=0))
        width = ">u1" if span < 256 else ">u2"  # noqa: PLR2004 - one byte
        word = np.empty(n, [("domain", ">u4"), ("letters", width, (columns,))])
        word["domain"] = domain
        for at in range(columns):
            word["letters"][:, at] = letter(self.codes[:, at])
        order = np.argsort(word.view(np.dtype((np.void, word.itemsize))), kind="stable")
        del word
        return AnswerRows(self.domains, self.domain[order], self.codes[order])


def _order_of_text(column: Codes) -> npt.NDArray[np.integer]:
    known, place = np.unique(column, return_inverse=True)
    order = np.argsort(np.array([f"{code}," for code in known], dtype=object))
    return np.argsort(order)[place]


def written_lines(rows: AnswerRows | Iterable[Answers]) -> Iterator[str]:
    """Write each response as a line of text, in the order of these lines."""
    if isinstance(rows, AnswerRows):
        yield from map(_line, rows.as_written())
    else:
        yield from sorted(map(_line, rows))


def _line(row: tuple[str, Sequence[int]]) -> str:
    domain, answers = row
    return f"{domain}\t{','.join(map(str, answers))}\n"
