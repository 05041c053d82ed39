"""What we hold of one person: found by an address or a number, told as it is stored.

Never an answer, and never whether somebody answered: the promise holds against whoever asks here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Final

from survey_app.accounts.about_account import (
    accounts_of,
    identities_of,
    links_of,
    notices_of,
    ways_in_of,
)
from survey_app.accounts.addresses import ways_written
from survey_app.actions.queries import list_owned
from survey_app.asking.about_person import (
    acts_by,
    invitations_of,
    registered,
    told_by_directory,
)
from survey_app.audit.read import Logged, list_about
from survey_app.audit.record import record
from survey_app.reading.comments.waiting import is_keeper
from survey_app.shared.database import Login
from survey_app.shared.i18n import N_
from survey_app.shared.mail_address import ways_stored
from survey_app.subscriptions.queries import list_subscriptions

FORMAT: Final = "verdibarometer-person/1"
type Rows = Sequence[Mapping[str, Any]]

# by which part of the file a table is told
TOLD: Final[dict[str, str]] = {
    "asking.person": "register",
    "asking.directory_person": "directory",
    "asking.invitation": "invitations",
    "accounts.account": "accounts",
    "accounts.identity": "identities",
    "accounts.second_step": "ways_in",
    "accounts.passkey": "ways_in",
    "accounts.recovery_code": "ways_in",
    "accounts.invitation": "account_links",
    "accounts.notice": "account_notices",
    "subscriptions.subscription": "subscriptions",
    "actions.action": "actions",
    "comments.keeper": "accounts",
    "audit.event": "log",
    **dict.fromkeys(
        (
            "asking.wave_act", "asking.campaign_act", "asking.unit_link_act", "asking.unit_link",
            "asking.trial_mail", "asking.wave_proposal", "asking.agency_limits",
            "asking.instrument_version", "asking.version_comment", "asking.register_upload",
            "asking.letter_request", "asking.pilot",
        ),
        "acts",
    ),
}  # fmt: skip
ANSWERED: Final = N_("Det ville vist om personen har svart. Det viser vi ingen, heller ikke her.")
MAILED: Final = N_(
    "Påminnelser går til dem som ikke har svart, og en ny lenke til den som har mistet sin. Derfor "
    "kunne tidspunktene for e-postene vist hvem som har svart."
)
NO_WAY_BACK: Final = N_("Svarene er låst til målingen er talt opp, og leder så ikke til noen.")
SENT: Final = N_("Sier bare når en e-post ble sendt. Siden har ikke tilgang til å lese det.")
ALARMS: Final = N_(
    "Sier bare om en administrator vil ha e-post når noe er galt, og når den ble sendt. Den som "
    "vil ha den, ser det selv."
)
WITHHELD: Final[dict[str, str]] = {
    "asking.credential": ANSWERED,
    "asking.outbox": MAILED,
    "asking.told_returned": MAILED,
    "asking.typed_code": N_("Bare en kontrollsum av koden i brevet."),
    "asking.mailbox_letter": N_(
        "Brev går til dem som er trukket ut eller står på en liste. Ingenting der leder til en "
        "person i registeret."
    ),
    "asking.sample_count": N_("Bare antall, uten noe som leder til en person."),
    "asking.key_holder": N_("Nøkkelholdere står med rolle, ikke med navn eller adresse."),
    "counting.urn": NO_WAY_BACK,
    "counting.spent": NO_WAY_BACK,
    "counting.hand_over": NO_WAY_BACK,
    "counting.response": NO_WAY_BACK,
    "comments.quarantine": NO_WAY_BACK,
    "comments.released": NO_WAY_BACK,
    "actions.reminder": SENT,
    "asking.alarm_reader": ALARMS,
    "asking.alarm_letter": ALARMS,
    "subscriptions.letter": SENT,
}


@dataclass(frozen=True, slots=True)
class HeldOfOne:
    """What was found, by part of the file; every part is there, also where it is empty."""

    register: Rows
    directory: Rows
    invitations: Rows
    accounts: Rows
    identities: Rows
    ways_in: Rows
    account_links: Rows
    account_notices: Rows
    subscriptions: Rows
    actions: Rows
    acts: Rows
    log: Sequence[Logged]

    @property
    def parts(self) -> dict[str, int]:
        """How many rows were found of each part."""
        return {name: len(getattr(self, name)) for name in self.__slots__}

    @property
    def is_known(self) -> bool:
        """Whether anything was found."""
        return any(self.parts.values())


async def hold_of(sought: str) -> HeldOfOne:
    """Find what we hold of whoever has this address, or this number in the HR system."""
    people = await registered(sought, _addresses_of([sought]))
    addresses = _addresses_of([sought, *(one["email"] for one in people)])
    numbers = [one["number"] for one in people] or [sought]
    ids = [one["id"] for one in people]
    accounts = [
        {**one, "looks_through_comments": await is_keeper(one["id"])}
        for one in await accounts_of(addresses)
    ]
    owners = [one["id"] for one in accounts]
    return HeldOfOne(
        register=people,
        directory=await told_by_directory(numbers, addresses),
        invitations=await invitations_of(ids, addresses),
        accounts=accounts,
        identities=await identities_of(owners),
        ways_in=await ways_in_of(owners),
        account_links=await links_of(addresses),
        account_notices=await notices_of(addresses),
        subscriptions=[_told(row) for one in owners for row in await list_subscriptions(one)],
        actions=[_told(row) for one in owners for row in await list_owned(one)],
        acts=[row for one in accounts for row in await acts_by(one["id"], one["email"])],
        log=await list_about([*addresses, *map(str, ids)]),
    )


def _addresses_of(named: Iterable[str]) -> list[str]:
    """List how addresses may stand in rows; what is none is passed over."""
    told = [one for one in named if "@" in one]
    return sorted(
        {way for one in told for stored in ways_stored(one) for way in ways_written(stored)}
    )


async def note_look(found: HeldOfOne, *, actor: str, file: bool, now: datetime) -> None:
    """Write in the log who looked at whom: by the number of a row, which goes with the person."""
    about = [*found.register, *found.accounts]
    await record(
        Login.WEB, now=now, actor=actor, action="person taken out" if file else "person looked up",
        subject=str(about[0]["id"]) if about else "", **found.parts,
    )  # fmt: skip


def as_file(found: HeldOfOne, *, made_at: datetime) -> bytes:
    """Return everything as JSON, with what is not in it and why."""
    told: dict[str, Any] = {"format": FORMAT, "made_at": made_at}
    told |= {name: getattr(found, name) for name in found.parts if name != "log"}
    told["log"] = [_told(row) for row in found.log]
    told["not_here"] = [{"table": table, "why": why} for table, why in WITHHELD.items()]
    return json.dumps(told, default=_plain, ensure_ascii=False, indent=2).encode()


def _told(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a dataclass of whichever room
    return {name: getattr(row, name) for name in row.__slots__}


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return str(value.value if isinstance(value, Enum) else value)
