"""What a reader may follow: the places whose figures they see, or will see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from survey_app.accounts.roles import UNIT_ROLES
from survey_app.accounts.sessions import SignedIn
from survey_app.reading.names import place_options
from survey_app.reading.reports.choices import OF_ROLE
from survey_app.reading.scope import codes_of_account, own_units, visible
from survey_app.reading.waves import Wave, published, waves
from survey_app.shared.asked import asks
from survey_app.shared.i18n import N_, Language, translator
from survey_app.subscriptions.queries import SubscriptionRow

PUBLIC: Final = N_("Befolkningen: tillit og omdømme")
WHOLE: Final = N_("Hele etaten")
_OWN: Final = N_("Min enhet (%(code)s)")
_TOLD: Final = ("staff", "public")


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be followed, as one value of the form.

    ``first``: whether nothing is published of it, so that the first mail is of the first figures.
    """

    population: str
    place: str
    name: str
    members: tuple[str, ...] = ()
    first: bool = False

    @property
    def value(self) -> str:
        """What the form sends."""
        return f"{self.population}:{self.place}"

    def is_told_to(self, one: SubscriptionRow) -> bool:
        """Whether a mail of it goes to who follows that: a unit may be part of another by now."""
        return self.population == one.population and one.place in {self.place, *self.members}


async def offered(reader: SignedIn, lang: Language, at: datetime) -> list[Choice]:
    """List what a reader may follow, also before the first figures of it are out."""
    found: list[Choice] = []
    for population in _TOLD:
        if population not in OF_ROLE.get(reader.role, ()):
            continue
        series = await waves(population, at)
        if population == "public":
            if series or asks(population):
                name = translator(lang).gettext(PUBLIC)
                found.append(Choice(population, "", name, first=not series))
        elif series:
            found += await _places(reader, series[-1], lang, at)
        elif asks(population):
            found += _places_to_come(reader, lang)
    return found


async def _places(reader: SignedIn, wave: Wave, lang: Language, at: datetime) -> list[Choice]:
    places = visible(reader, await published(wave, at))
    members = {one.code: tuple(one.members) for one in places}
    return [
        Choice("staff", code, name, members[code]) for code, name in place_options(places, lang)
    ]


def _places_to_come(reader: SignedIn, lang: Language) -> list[Choice]:
    """Offer the whole and what an account names: which units there will be, a publication says."""
    gettext = translator(lang).gettext
    mine = sorted(codes_of_account(reader)) if reader.role in UNIT_ROLES else []
    named = [(code, gettext(_OWN) % {"code": code}) for code in mine]
    return [
        Choice("staff", code, name, first=True) for code, name in [("", gettext(WHOLE)), *named]
    ]


async def own_choice(reader: SignedIn, at: datetime) -> str:
    """Propose a leader's or representative's own unit."""
    if reader.role not in UNIT_ROLES:
        return ""
    series = await waves("staff", at)
    if series:
        codes = [one.code for one in own_units(reader, await published(series[-1], at))]
    else:
        codes = sorted(codes_of_account(reader))
    return f"staff:{codes[0]}" if codes else ""
