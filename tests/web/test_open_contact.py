"""Whom everybody is told to turn to: nobody of a campaign that everybody has seen nothing of."""

from survey_app.asking.campaigns.for_readers import public_contact
from survey_app.shared.database import Login, fetch
from tests.builders_answering import a_draft


async def test_the_contact_of_open_results_is_that_of_a_published_open_campaign(database):
    await a_draft("verdipuls-2026-k2", contact="HR på hr@example.org")
    assert await public_contact() == ""
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'published'")
    # staff's, and not open
    assert await public_contact() == ""
    await fetch(Login.MIGRATOR, "UPDATE asking.campaign SET open_results = true")
    assert await public_contact() == "HR på hr@example.org"
    await a_draft(
        "omdomme-2026-h1", form="omdomme.helar", population="public", kind="half_year",
        invite="sample", contact="Kommunikasjon på post@example.org",
    )  # fmt: skip
    assert await public_contact() == "HR på hr@example.org"
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'published'")
    assert await public_contact() == "Kommunikasjon på post@example.org"
