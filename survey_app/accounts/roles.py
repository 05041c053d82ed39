"""The roles of ``design.md`` 4 and what stands in their menus."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from survey_app.shared.i18n import N_


class Role(StrEnum):
    """What somebody signs in as."""

    ADMIN = "admin"
    HR = "hr"
    COMMUNICATIONS = "communications"
    LEADER = "leader"
    REPRESENTATIVE = "representative"
    ANALYST = "analyst"


UNIT_ROLES = frozenset({Role.LEADER, Role.REPRESENTATIVE})
LONGEST_SCOPE = 60  # characters of the units of an account, with commas between

ROLE_NAMES = {
    Role.ADMIN: N_("Administrator"),
    Role.HR: N_("HR"),
    Role.COMMUNICATIONS: N_("Kommunikasjon"),
    Role.LEADER: N_("Leder"),
    Role.REPRESENTATIVE: N_("Verneombud og tillitsvalgt"),
    Role.ANALYST: N_("Analytiker"),
}


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One address in the main menu."""

    address: str
    text: str


OVERVIEW = MenuEntry("/", N_("Oversikt"))
_CULTURE = MenuEntry("/culture", N_("Kultur"))
_REPUTATION = MenuEntry("/reputation", N_("Omdømme"))
_WORKPLACE = MenuEntry("/workplace", N_("Arbeidsplass"))
_ACTIONS = MenuEntry("/actions", N_("Tiltak"))
_REPORTS = MenuEntry("/reports", N_("Rapporter"))
_CAMPAIGNS = MenuEntry("/campaigns", N_("Målinger"))
_STRATEGY = MenuEntry("/strategy", N_("Strategi"))
_RESULTS = MenuEntry("/results", N_("Åpne resultater"))
_QUESTIONS = MenuEntry("/questionnaires", N_("Spørsmål"))
_PEOPLE = MenuEntry("/people", N_("Personer"))
_UNIT = MenuEntry("/", N_("Min enhet"))
_COMMENTS = MenuEntry("/culture/comments", N_("Kommentarer"))
_ACCOUNTS = MenuEntry("/settings/accounts", N_("Tilganger"))
_LOG = MenuEntry("/settings/log", N_("Logg"))
SIGN_IN = MenuEntry("/sign-in", N_("Logg inn"))
_PROMISE = MenuEntry("/promise", N_("Slik holder vi løftet"))

MENUS: dict[Role, tuple[MenuEntry, ...]] = {
    Role.HR: (OVERVIEW, _CULTURE, _WORKPLACE, _ACTIONS, _CAMPAIGNS, _PEOPLE, _REPORTS),
    Role.COMMUNICATIONS: (OVERVIEW, _REPUTATION, _WORKPLACE, _CAMPAIGNS, _REPORTS, _RESULTS),
    Role.LEADER: (_UNIT, _CULTURE, _ACTIONS, _WORKPLACE, _REPORTS, _RESULTS),
    Role.REPRESENTATIVE: (_UNIT, _CULTURE, _ACTIONS, _WORKPLACE, _REPORTS, _RESULTS),
    Role.ANALYST: (OVERVIEW, _CULTURE, _REPUTATION, _WORKPLACE, _REPORTS, _STRATEGY),
    Role.ADMIN: (OVERVIEW, _ACCOUNTS, _LOG, _CAMPAIGNS, _QUESTIONS, _PEOPLE, _STRATEGY),
}
# representatives of the whole agency read comments, those of a unit do not
WITH_COMMENTS = (_UNIT, _CULTURE, _COMMENTS, _ACTIONS, _WORKPLACE, _REPORTS, _RESULTS)
OPEN_MENU: tuple[MenuEntry, ...] = (
    MenuEntry("/results", N_("Resultater")),
    MenuEntry("/actions/unit", N_("Du sa – vi gjorde")),
    _PROMISE,
    SIGN_IN,
)


def further(role: Role) -> list[MenuEntry]:
    """Return what the first page leads to: the menu without itself, and the board's page."""
    entries = [entry for entry in MENUS[role] if entry.address != OVERVIEW.address]
    return entries if _STRATEGY in entries else [*entries, _STRATEGY]
