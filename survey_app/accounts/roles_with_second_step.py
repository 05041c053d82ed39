"""Which roles must have a second step in this installation."""

from __future__ import annotations

import functools

from survey_app.accounts.roles import Role
from survey_app.settings import Settings
from survey_app.shared.errors import SettingsError


def roles_with_second_step(settings: Settings) -> frozenset[Role]:
    """Return the roles of ``BAROMETER_SECOND_STEP``.

    Raises
    ------
    SettingsError
        If it names a role that there is not.
    """
    return _roles(settings.second_step)


@functools.lru_cache(maxsize=8)
def _roles(told: str) -> frozenset[Role]:
    parts = [part for part in (one.strip() for one in told.split(",")) if part]
    if parts == ["all"]:
        return frozenset(Role)
    unknown = [part for part in parts if part not in set(Role)]
    if unknown:
        sentence = (
            f"BAROMETER_SECOND_STEP: '{unknown[0]}' must be 'all' or roles with commas between, of"
            f" {', '.join(Role)}"
        )
        raise SettingsError((sentence,))
    return frozenset(Role(part) for part in parts)
