"""Leaders and representatives whose unit is no more: their accounts lead to no figures of now.

Who leads a merged unit is decided by somebody; that nobody has decided it yet is told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from survey_app.accounts.listing import list_accounts
from survey_app.accounts.roles import UNIT_ROLES
from survey_app.asking.people.units import known_units
from survey_app.shared.database import Login, fetch


@dataclass(frozen=True, slots=True)
class EndedScope:
    """Units of an account that are no more, and the units of today that go on from them."""

    ended: tuple[str, ...]
    goes_on: tuple[str, ...]


def ended_scope(
    scope: str, today: Collection[str], targets: Mapping[str, Collection[str]]
) -> EndedScope | None:
    """Tell what is missing in an account's scope since its units were merged, divided or closed.

    Parameters
    ----------
    scope : str
        Codes of units with commas between.
    today : collection of str
        The codes of today.
    targets : mapping of str to collection of str
        By code of a unit, those that went on from it.

    Returns
    -------
    EndedScope or None
        None where all units are there, or what they became stands beside them.

    Examples
    --------
    >>> ended_scope("sor-1", {"sor-9"}, {"sor-1": ["sor-9"]})
    EndedScope(ended=('sor-1',), goes_on=('sor-9',))
    >>> ended_scope("sor-1,sor-9", {"sor-9"}, {"sor-1": ["sor-9"]}) is None
    True
    """
    codes = [code for one in scope.split(",") if (code := one.strip())]
    there = set(codes) & set(today)
    ended: list[str] = []
    goes_on: list[str] = []
    for code in codes:
        after = _after(code, today, targets)
        # of one that was closed nothing is left to choose, where the account has others
        if code in there or (there & set(after) if after else there):
            continue
        ended.append(code)
        goes_on += [one for one in after if one not in goes_on]
    return EndedScope(tuple(ended), tuple(goes_on)) if ended else None


def _after(
    code: str, today: Collection[str], targets: Mapping[str, Collection[str]]
) -> tuple[str, ...]:
    """Follow a unit that is gone to those of today, over any that came and went in between."""
    seen, found, left = {code}, [], list(targets.get(code, ()))
    while left:
        one = left.pop(0)
        if one in seen:
            continue
        seen.add(one)
        if one in today:
            found.append(one)
        else:
            left += targets.get(one, ())
    return tuple(found)


async def ended_scopes(
    login: Login, *, ending: Collection[str] = (), coming: Iterable[str] = ()
) -> dict[UUID, EndedScope]:
    """Return the accounts that can sign in and lead to a unit that the register does not have.

    Parameters
    ----------
    login : Login
    ending, coming : iterables of str
        Codes of units that a register not yet written closes and brings.
    """
    units = {one.code for one in await known_units(login)}
    if not units:
        return {}  # accounts may be made before the register
    today = (units | set(coming)) - set(ending)
    rows = await fetch(login, "SELECT origin, target FROM asking.unit_link WHERE target <> ''")
    targets: dict[str, list[str]] = {}
    for row in rows:
        targets.setdefault(row["origin"], []).append(row["target"])
    found = {
        one.id: ended_scope(one.unit, today, targets)
        for one in await list_accounts()
        if one.active and one.role in UNIT_ROLES
    }
    return {account: scope for account, scope in found.items() if scope}
