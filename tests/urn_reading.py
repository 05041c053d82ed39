"""Look into an urn, and behind the backs of the logins, as no part of the product can."""

from __future__ import annotations

from uuid import UUID

from questionnaires.loader import load_library
from questionnaires.model import Questionnaire
from survey_app.counting.urn import keys
from survey_app.counting.urn.ballot import Ballot
from survey_app.counting.urn.unseal import unseal
from survey_app.settings import Settings
from survey_app.shared.database import Link, Login, connection, fetch
from tests.builders_answering import OpenedWave


async def sealed_rows(link: Link, wave: UUID) -> list[bytes]:
    """Read the sealed ballots of a wave."""
    rows = await link.fetch("SELECT ballot FROM counting.urn WHERE wave = $1", wave)
    return [row["ballot"] for row in rows]


async def urn_of(
    settings: Settings,
    wave: OpenedWave,
    form: str = "verdipuls.k2",
    domains: frozenset[str] = frozenset({"nord-1", "sor-1"}),
    overlap: str = "",
) -> tuple[Questionnaire, tuple[Ballot, ...]]:
    """Open the urn as closing does; every row must be a ballot of this wave."""
    questionnaire = load_library().questionnaire(form, first_wave=True, overlap=overlap)
    async with connection(Login.WORKER) as link:
        rows = await sealed_rows(link, wave.id)
    found = unseal(
        rows,
        wave=wave.id,
        private_key=keys.read(settings.key_folder, wave.id),
        questionnaire=questionnaire,
        domains=domains,
    )
    assert found.refused == 0
    return questionnaire, tuple(found.ballots)


async def marks(wave: OpenedWave) -> int:
    """How many links of the wave are used."""
    rows = await fetch(
        Login.WORKER, "SELECT count(*) FROM asking.invitation WHERE wave = $1 AND marked", wave.id
    )
    return rows[0]["count"]


async def change(sql: str, *values: object) -> None:
    """Run a statement as the migrator."""
    async with connection(Login.MIGRATOR) as link:
        await link.execute(sql, *values)
