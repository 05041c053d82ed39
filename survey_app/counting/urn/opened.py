"""What an urn held, once it is open: small integers, of which a ballot is made to be looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import batched
from typing import Any, Final, overload

import numpy as np
import numpy.typing as npt

from survey_app.counting.urn.ballot import Ballot

BATCH: Final = 8192
_NARROW: Final = np.iinfo(np.int8)


@dataclass(frozen=True, slots=True, eq=False)
class Ballots(Sequence[Ballot]):
    """Ballots of one wave, in the order in which they were opened.

    Parameters
    ----------
    domains : tuple of str
        The codes that occur.
    domain : ndarray of int32, shape (n_ballots,)
        Position in ``domains``.
    codes : ndarray of int8 or int16, shape (n_ballots, n_columns)
        Stored codes; 0 of somebody who was screened out.
    screened_out : ndarray of bool, shape (n_ballots,)
    comments : dict of int to str
        By position, of those who wrote one.
    """

    domains: tuple[str, ...]
    domain: npt.NDArray[np.int32]
    codes: npt.NDArray[np.int8] | npt.NDArray[np.int16]
    screened_out: npt.NDArray[np.bool_]
    comments: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, ballots: Iterable[Ballot], columns: int) -> Ballots:
        """Take in ballots, some at a time; one byte an answer where all codes allow it."""
        return cls.joined([cls._some(some, columns) for some in batched(ballots, BATCH)], columns)

    @classmethod
    def _some(cls, ballots: Sequence[Ballot], columns: int) -> Ballots:
        nothing = (0,) * columns
        codes = np.array([one.answers or nothing for one in ballots], np.int16)
        codes = codes.reshape(len(ballots), columns)
        small = codes.min(initial=0) >= _NARROW.min and codes.max(initial=0) <= _NARROW.max
        names, domain = np.unique([one.domain for one in ballots], return_inverse=True)
        return cls(
            tuple(map(str, names)),
            domain.astype(np.int32),
            codes.astype(np.int8) if small else codes,
            np.array([one.screened_out for one in ballots], np.bool_),
            {at: one.comment for at, one in enumerate(ballots) if one.comment},
        )

    @classmethod
    def joined(cls, parts: Sequence[Ballots], columns: int) -> Ballots:
        """Put parts of one wave together."""
        place: dict[str, int] = {}
        domain, comments, first = [np.zeros(0, np.int32)], dict[int, str](), 0
        for part in parts:
            own = [place.setdefault(name, len(place)) for name in part.domains]
            domain.append(np.array(own, np.int32)[part.domain])
            comments |= {first + at: comment for at, comment in part.comments.items()}
            first += len(part)
        codes: list[Any] = [np.zeros((0, columns), np.int8), *(part.codes for part in parts)]
        screened = [np.zeros(0, np.bool_), *(part.screened_out for part in parts)]
        return cls(
            tuple(place), np.concatenate(domain), np.concatenate(codes),
            np.concatenate(screened), comments,
        )  # fmt: skip

    def only(self, rows: npt.NDArray[np.bool_]) -> Ballots:
        """Keep some of them."""
        if rows.all():
            return self
        place = np.cumsum(rows) - 1
        comments = {int(place[at]): one for at, one in self.comments.items() if rows[at]}
        return Ballots(
            self.domains, self.domain[rows], self.codes[rows], self.screened_out[rows], comments
        )

    def without_answers(self) -> Ballots:
        """Let go of the answers, of which rows have been made."""
        return replace(self, codes=self.codes[:, :0].copy())

    def by_domain(self) -> dict[str, int]:
        """Count them by their code."""
        counts = np.bincount(self.domain, minlength=len(self.domains)).tolist()
        return {name: n for name, n in zip(self.domains, counts, strict=True) if n}

    def numbered[Key](
        self, key: Callable[[Ballot], Key]
    ) -> tuple[list[Key], npt.NDArray[np.int32]]:
        """Say which ballots have the same of something: what there is, and where each has it."""
        known: dict[Key, int] = {}
        place = (known.setdefault(key(one), len(known)) for one in self)
        found = np.fromiter(place, np.int32, len(self))
        return list(known), found

    def __len__(self) -> int:
        return len(self.domain)

    @overload
    def __getitem__(self, at: int) -> Ballot: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Ballot, ...]: ...
    def __getitem__(self, at: int | slice) -> Ballot | tuple[Ballot, ...]:
        if isinstance(at, slice):
            return tuple(self._made(np.arange(len(self))[at]))
        return next(self._made(np.arange(len(self))[[at]]))

    def __iter__(self) -> Iterator[Ballot]:
        for first in range(0, len(self), BATCH):
            yield from self._made(np.arange(first, min(first + BATCH, len(self))))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]  # what is equal to a tuple of ballots has no hash of its own

    def _made(self, rows: npt.NDArray[np.int64]) -> Iterator[Ballot]:
        names = (self.domains[at] for at in self.domain[rows])
        outside, answers = self.screened_out[rows].tolist(), self.codes[rows].tolist()
        for at, name, out, codes in zip(rows.tolist(), names, outside, answers, strict=True):
            yield Ballot(name, () if out else tuple(codes), out, self.comments.get(at, ""))


@dataclass(frozen=True, slots=True)
class OpenedUrn:
    """What an urn held; ``refused`` counts rows that are no ballots of this wave.

    ``copied`` of these are sealed ballots that lay there before: nobody seals the same one twice.
    """

    ballots: Ballots
    refused: int
    copied: int = 0
