"""Whom a mail reaches alone: an address of one's own, which nobody else in the register has.

A mailbox that two share would show each the other's link, and in a prison a guard room has one. Who
has no address of their own is counted in their unit and not invited by mail.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from survey_app.asking.mends import lines_named

MOST_NAMED = 5
# beside each row of active people; `p` is asking.person
OWN_ADDRESS = "(p.email <> '' AND count(*) OVER (PARTITION BY lower(p.email)) = 1)"


class Addressed(Protocol):
    """Somebody in the register's file."""

    @property
    def line(self) -> int:
        """Where they stand."""

    @property
    def email(self) -> str:
        """Their address; empty where they have none."""

    @property
    def mobile(self) -> str:
        """Their mobile number, as a gateway takes it; empty where they have none."""

    @property
    def odd_mobile(self) -> bool:
        """Whether the file has a number that no text message reaches, or others have too."""


@dataclass(frozen=True, slots=True)
class Reach:
    """On which lines no address stands, one is shared or has unusual letters."""

    missing: tuple[int, ...]
    shared: tuple[tuple[int, ...], ...]
    unusual: tuple[int, ...] = ()
    """Lines of addresses with letters such as å, which few mail servers take (RFC 6531)."""
    by_sms: int = 0
    """Of those not reachable by mail, how many have a mobile number of their own."""
    odd_numbers: tuple[int, ...] = ()
    """Lines of numbers that no text message reaches, or several have; none of them is kept."""

    @property
    def without(self) -> int:
        """People without an address."""
        return len(self.missing)

    @property
    def not_reachable(self) -> int:
        """People without an address of their own."""
        return self.without + sum(map(len, self.shared))

    def sentences(self) -> Iterator[str]:
        """Say who is not reached, by lines of the file; nothing where everybody is."""
        if self.without:
            one = self.without == 1
            runs, _, further = lines_named(self.missing, MOST_NAMED)
            yield (
                f"{self.without} {'person has' if one else 'people have'} no e-mail address"
                f" (line{'' if one else 's'} {', '.join(runs)}{' …' if further else ''}):"
                " counted in their unit, and not invited by mail"
            )
        if self.shared:
            lines = "; ".join(
                " and ".join(map(str, group)) for group in self.shared[:MOST_NAMED]
            ) + (" …" if len(self.shared) > MOST_NAMED else "")
            number = sum(map(len, self.shared))
            yield (
                f"{number} people share an address with somebody (lines {lines}): each would see"
                " the other's link, so none of them is invited by mail; give each an own address"
            )
        if self.unusual:
            lines = ", ".join(map(str, self.unusual[:MOST_NAMED]))
            more = " …" if len(self.unusual) > MOST_NAMED else ""
            yield (
                f"{len(self.unusual)} addresses hold letters that few mail servers take"
                f" (lines {lines}{more}): where ours or theirs takes none, no mail arrives"
            )
        if self.by_sms:
            yield f"{self.by_sms} of those whom no mail reaches have a mobile number of their own"
        if self.odd_numbers:
            lines = ", ".join(map(str, self.odd_numbers[:MOST_NAMED]))
            more = " …" if len(self.odd_numbers) > MOST_NAMED else ""
            yield (
                f"{len(self.odd_numbers)} numbers are not mobile numbers, or several people have"
                f" them (lines {lines}{more}): they are not kept. A number is eight digits that"
                " begin with 4 or 9, or + and a country code"
            )


def reach(people: Iterable[Addressed]) -> Reach:
    """Find out who has an address of their own; capital letters make no other address."""
    lines: dict[str, list[int]] = defaultdict(list)
    numbers: Counter[str] = Counter()
    odd = []
    for person in people:
        lines[person.email.lower()].append(person.line)
        numbers[person.mobile] += 1
        if person.odd_mobile:
            odd.append(person.line)
    missing = tuple(lines.pop("", ()))
    shared = tuple(tuple(found) for found in lines.values() if len(found) > 1)
    unusual = [line for address, found in lines.items() if not address.isascii() for line in found]
    by_sms = sum(bool(number) and people == 1 for number, people in numbers.items())
    return Reach(missing, shared, tuple(sorted(unusual)), by_sms, tuple(odd))
