"""What other rooms are told of campaigns: whom to turn to, and who writes."""

from __future__ import annotations

from survey_app.shared.database import Login, fetch


async def public_contact() -> str:
    """Return whom campaigns with open results tell people to turn to, the public's first.

    Of a draft, or of a campaign whose results are not for everybody, nobody is named to everybody.
    """
    rows = await fetch(
        Login.WEB,
        "SELECT contact FROM asking.campaign c WHERE contact <> ''"
        " AND (population <> 'staff' OR open_results)"
        " AND EXISTS (SELECT FROM asking.wave w WHERE w.campaign = c.id AND w.state = 'published')"
        " ORDER BY population = 'public' DESC, key DESC LIMIT 1",
    )
    return str(rows[0]["contact"]) if rows else ""


async def newest_sender(login: Login) -> str:
    """Return whom the newest campaign with a sender writes as, staff's first; empty without one."""
    rows = await fetch(
        login,
        "SELECT sender FROM asking.campaign WHERE sender LIKE '%@%'"
        " ORDER BY population = 'staff' DESC, key DESC LIMIT 1",
    )
    return str(rows[0]["sender"]) if rows else ""
