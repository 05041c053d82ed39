"""Start or stop a subscription, with a line in the audit log: figures will leave by mail."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from survey_app.audit.record import record
from survey_app.shared.database import Login, engine, fetch
from survey_app.shared.i18n import Language
from survey_app.subscriptions.queries import SubscriptionRow


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to be told of, in which language, and with which file."""

    population: str
    place: str
    language: Language
    attachment: str = ""


async def subscribe(
    wish: Wish, account: UUID, email: str, *, now: datetime, login: Login = Login.WEB
) -> None:
    """Store a wish; one for the same place takes the place of the former.

    Letters about what is out already are not sent: the page has them.
    """
    async with engine(login).transaction():
        await fetch(
            login,
            "DELETE FROM subscriptions.subscription"
            " WHERE account = $1 AND population = $2 AND place = $3",
            account,
            wish.population,
            wish.place,
        )
        await fetch(
            login,
            "INSERT INTO subscriptions.subscription"
            " (id, account, population, place, language, attachment, created_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
            uuid.uuid4(),
            account,
            wish.population,
            wish.place,
            wish.language,
            wish.attachment,
            now,
        )
        await record(
            login,
            now=now,
            actor=email,
            action="subscription started",
            subject=wish.population,
            place=wish.place,
            attachment=wish.attachment,
        )


async def unsubscribe(stored: SubscriptionRow, actor: str, *, now: datetime) -> None:
    """Take a subscription away, with the letters that were waiting; twice is once.

    Parameters
    ----------
    actor : str
        Who stops it: an account's address, or ``"link"`` where a mail's link was used.
    """
    async with engine(Login.WEB).transaction():
        gone = await fetch(
            Login.WEB,
            "DELETE FROM subscriptions.subscription WHERE id = $1 RETURNING id",
            stored.id,
        )
        if gone:
            await record(
                Login.WEB,
                now=now,
                actor=actor,
                action="subscription stopped",
                subject=stored.population,
                place=stored.place,
            )
