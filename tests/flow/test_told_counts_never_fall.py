"""What pages tell of who has answered does not fall: a fall would tell whose link was replaced."""

from datetime import timedelta

from survey_app.asking.campaigns.live_counts import refresh_live_counts
from survey_app.installation.tables import bind_worker
from survey_app.shared.database import Login, fetch
from tests.asking_builders import TODAY, import_campaign, import_people, open_wave, register


async def test_what_is_told_of_a_unit_never_falls_where_a_used_link_is_replaced(database):
    async def mark(domain, number):
        await fetch(
            Login.WORKER,
            "UPDATE asking.invitation i SET marked = row <= $2 FROM (SELECT id, row_number() OVER"
            " (ORDER BY id) AS row FROM asking.invitation WHERE domain = $1) one"
            " WHERE one.id = i.id",
            domain,
            number,
        )

    async def told():
        rows = await fetch(
            Login.WORKER, "SELECT answered FROM asking.wave_domain WHERE code = 'nord-1'"
        )
        return [row["answered"] for row in rows]

    bind_worker()
    units = [f"{region}-{n}" for region in ("nord", "sor") for n in range(1, 4)]
    await import_people(register(dict.fromkeys(units, 40)))
    await import_campaign()
    await open_wave()
    for unit in units:
        await mark(unit, 20 if unit == "nord-1" else 12)
    await refresh_live_counts(TODAY)
    assert await told() == [20]
    # one of them had answered and got a new link; elsewhere many answered
    for unit in units:
        await mark(unit, 19 if unit == "nord-1" else 17)
    await refresh_live_counts(TODAY + timedelta(days=1))
    assert await told() == [20]
