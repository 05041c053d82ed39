"""How often the agency asks anybody, as ``agency.toml`` says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from questionnaires.reading import Table


@dataclass(frozen=True, slots=True)
class Burden:
    """At most so many ``invitations`` in ``days``, None a calendar year; so many weeks between.

    Weeks lie between the last day of a wave and the first of the next that asks the same people.
    """

    invitations: int = 3
    days: int | None = None
    weeks_between: int = 8


def parse_burden(table: Table) -> Burden:
    """Read ``[burden]`` and note what is wrong with it; what is left out is as usual."""
    usual = Burden()
    found = {
        name: table.take(name, int) if name in table.keys else None
        for name in ("invitations", "days", "weeks_between")
    }
    least = {"invitations": 1, "days": 1, "weeks_between": 0}
    for name, number in found.items():
        if number is not None and number < least[name]:
            table.wrong(name, f"{number} is too few: at least {least[name]}")
    table.close()
    return Burden(
        usual.invitations if found["invitations"] is None else found["invitations"],
        found["days"],
        usual.weeks_between if found["weeks_between"] is None else found["weeks_between"],
    )
