"""What is held about people, as a page and documents tell it: in words, as this one is set."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from survey_app.accounts.forget_accounts import closed_accounts
from survey_app.accounts.roles import ROLE_NAMES
from survey_app.administration.privacy.declared import DECLARED
from survey_app.administration.privacy.model import About, Held, Kept
from survey_app.asking.people.forget_leavers import leavers
from survey_app.settings import Settings
from survey_app.shared.database import Login
from survey_app.shared.i18n import N_, Language, translator

# views are a part of what stands elsewhere
VIEWS = frozenset(
    {"accounts.alarm_reader", "accounts.trial_reader", "actions.owner", "subscriptions.reader"}
)
NO_PAGE = N_("Ingen. Bare systemet leser det.")


@dataclass(frozen=True, slots=True)
class ToldTable:
    """A table in words."""

    held: Held
    what: str
    purpose: str
    tells: tuple[str, ...]
    seen_by: str
    kept: str
    sooner: tuple[tuple[str, str], ...]
    """What goes before its row does: what it tells, and when."""


@dataclass(frozen=True, slots=True)
class Next:
    """How many wait to be deleted, how many of them stay for now, and when the first one goes."""

    number: int
    staying: int
    first: date | None


def about_people(about: About) -> tuple[Held, ...]:
    """Return the tables whose rows are about these people."""
    return tuple(held for held in DECLARED if held.about is about and held.table not in VIEWS)


def put_into_words(
    tables: Iterable[Held], settings: Settings, language: Language
) -> list[ToldTable]:
    """Put tables into words."""
    say = translator(language).gettext
    return [
        ToldTable(
            held,
            say(held.what),
            say(held.purpose.value),
            tuple(say(category.value) for category in held.columns),
            ", ".join(say(ROLE_NAMES[role]) for role in held.roles) or say(NO_PAGE),
            kept_in_words(held.kept, settings, say),
            tuple(
                (say(_category(held, column)), kept_in_words(kept, settings, say))
                for column, kept in held.sooner.items()
            ),
        )
        for held in tables
    ]


def kept_in_words(kept: Kept, settings: Settings, say: Callable[[str], str]) -> str:
    """Say how long something is kept, as this installation is set."""
    number = getattr(settings, kept.setting) if kept.setting else 0
    return say(kept.text) % {"days": number, "years": number} if kept.setting else say(kept.text)


def _category(held: Held, column: str) -> str:
    return next(
        category.value for category, names in held.columns.items() if column in names.split()
    )


async def next_to_go(settings: Settings) -> dict[str, Next]:
    """Count who waits to be deleted, and say when the first one goes."""
    left, closed = await leavers(Login.WEB), await closed_accounts(Login.WEB)
    return {
        "people": Next(left.people, left.needed, _after(left.first, settings.leaver_days)),
        "accounts": Next(closed.accounts, 0, _after(closed.first, settings.closed_account_days)),
    }


def _after(first: date | None, days: int) -> date | None:
    return first + timedelta(days=days) if first else None
