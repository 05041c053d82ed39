"""Part comments from answers for good, in the transaction that empties the urn.

Shuffled apart from the responses, with random keys, without domain, language or time
(``anonymity-design.md`` 6, 8): what joins the two afterwards is the wave, and nothing else.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from survey_app.comments.quarantine import put_in_quarantine
from survey_app.shared.database import Link

if TYPE_CHECKING:
    from survey_app.counting.urn.opened import OpenedUrn
    from survey_app.publishing.closing.emptied import Emptied
    from survey_app.publishing.closing.wave_frame import WaveFrame


async def keep_comments(
    link: Link,
    frame: WaveFrame,
    opened: OpenedUrn,
    emptied: Emptied,
) -> None:
    """Put the wave's comments in quarantine; fewer than the wave's minimum are kept by nobody.

    Parameters
    ----------
    link : asyncpg connection
        As ``worker``, in the transaction that empties the urn.
    """
    if frame.comment is None:
        return
    written = comments_of(opened)
    enough = len(written) >= frame.comment.minimum and not emptied.too_few
    secrets.SystemRandom().shuffle(written)
    await put_in_quarantine(
        link,
        wave=frame.id,
        key=frame.key,
        reason=frame.comment.reason,
        minimum=frame.comment.minimum,
        answered=len(emptied.rows),
        comments=written if enough else [],
        delete_on=frame.comment.delete_on,
    )


def comments_of(opened: OpenedUrn) -> list[str]:
    """Return what was written by those whose answers count."""
    ballots = opened.ballots
    return [one for at, one in ballots.comments.items() if not ballots.screened_out[at]]
