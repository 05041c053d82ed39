"""Reports as JSON, from a program that cannot pass on the report of the mail server itself.

Providers of mail each have events of their own; what they all tell is which mail, why, and when.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import msgspec

from survey_app.asking.delivery.returned import (
    Returned,
    as_compared,
    as_told_time,
    mail_of_key,
)
from survey_app.shared.sent_json import sent_json

MOST: Final = 1000
"""Events that one request may hold."""
STATUS: Final = r"\A[245](\.[0-9]{1,3}\.[0-9]{1,3}|[0-9]{2})\Z"


class _Event(msgspec.Struct, frozen=True):
    mail: str
    status: Annotated[str, msgspec.Meta(pattern=STATUS)]
    time: Annotated[datetime, msgspec.Meta(tz=True)]
    recipient: str = ""


class _Events(msgspec.Struct, frozen=True):
    events: Annotated[tuple[_Event, ...], msgspec.Meta(max_length=MOST)]


def read_events(body: bytes, secret: bytes) -> list[Returned]:
    """Read what a program tells of our mails.

    Parameters
    ----------
    body : bytes
        JSON as ``docs/operations.md`` has it.
    secret : bytes
        The installation's.

    Returns
    -------
    list of Returned
        Of mails of ours that failed, in the order told; what arrived and whose key is not ours is
        left out.

    Raises
    ------
    ValueError
        If it is no JSON of this form; its words name the place and never what stood there.
    """
    found = []
    for event in sent_json(body, _Events).events:
        outbox = mail_of_key(event.mail, secret)
        if outbox is not None and not event.status.startswith("2"):
            address, at = as_compared(event.recipient), as_told_time(event.time)
            found.append(Returned(outbox, event.status, address, at))
    return found
