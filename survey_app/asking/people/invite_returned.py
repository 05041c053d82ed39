"""Send whoever comes back the invitation that did not go out while they were away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from survey_app.shared.database import Link

# whoever sends one of them just now saw that its person had left, and is about to cancel it
_WAIT: Final = """
SELECT FROM asking.outbox o
JOIN asking.invitation i ON i.id = o.invitation
JOIN asking.person p ON p.id = i.person
WHERE o.kind = 'invitation' AND o.state = 'due' AND p.number = ANY($1::text[])
ORDER BY o.id FOR UPDATE OF o
"""
# of an open wave nothing else cancels an invitation that is not withdrawn (docs/adr/0162)
_DUE_AGAIN: Final = """
UPDATE asking.outbox o SET state = 'due', due_at = $2, problem = ''
FROM asking.invitation i
JOIN asking.person p ON p.id = i.person
JOIN asking.wave w ON w.id = i.wave
WHERE i.id = o.invitation AND o.kind = 'invitation' AND o.state = 'cancelled'
  AND w.state = 'open' AND NOT i.withdrawn AND p.number = ANY($1::text[])
"""


async def invite_returned(link: Link, numbers: Sequence[str], *, now: datetime) -> None:
    """Let invitations of open waves go out that were cancelled since their people had left.

    A file that lacked somebody by mistake would else have left them without any.

    Parameters
    ----------
    link : Link
        A transaction of the worker's that has taken them back into the register.
    numbers : sequence of str
        Keys of those who came back.
    now : datetime
        When they are due.
    """
    if numbers:
        await link.execute(_WAIT, list(numbers))
        await link.execute(_DUE_AGAIN, list(numbers), now)
