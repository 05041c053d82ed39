"""Whether the database is of this version, which every command asks before it begins.

Almost always it is. What migrates loads as long as half of pandas does, and is loaded where there
is something to migrate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.installation.schema_state import SchemaError, schema_state
from survey_app.shared.database import Login

if TYPE_CHECKING:
    from collections.abc import Mapping


async def ensure_migrated(urls: Mapping[Login, str], *, embedded: bool) -> None:
    """Bring an embedded database to this version; of another, say that it is not there yet.

    Raises
    ------
    SchemaError
        If the database is newer; or if one of the agency's own is behind, since its owner decides
        when it is migrated.
    """
    state = await schema_state(known_login(urls))
    if state.current:
        return
    if not embedded:
        raise SchemaError(state.sentence)
    from survey_app.installation.migrate import run_migrations  # noqa: PLC0415 - as said above

    await run_migrations(urls)


def known_login(urls: Mapping[Login, str]) -> Login:
    """Return a login that a command may look at the database with: the first it was given."""
    return next(login for login in Login if login in urls)
