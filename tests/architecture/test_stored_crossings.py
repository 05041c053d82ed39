"""Every combination that is stored and that others could know occurs at least k times."""

from __future__ import annotations

from collections import Counter

from questionnaires.loader import load_library
from questionnaires.model import Questionnaire
from survey_app.publishing.closing import close_wave as closing
from survey_app.settings import Settings
from tests.attack.copied_urn import looked_up
from tests.publishing_builders import SmallAgency

SAMPLED = load_library().background.sampled_items


async def test_every_stored_combination_that_others_could_know_occurs_k_times(database, tmp_path):
    agency = await SmallAgency(Settings(data_dir=tmp_path), gross=2000).imported()
    k = agency.settings.minimum_group
    wave = await agency.answered()
    await closing.close_wave(wave.key, key_dir=agency.settings.key_folder, now=wave.closed_at)
    staff = Counter(row["domain"] for row in await looked_up("SELECT * FROM counting.response"))
    print(f"\nstaff: {len(staff)} codes, at least {min(staff.values())} answers each")
    assert min(staff.values()) >= k

    half, _ = await agency.public_published()
    crossed = await crossings(half.key)
    print(f"public: {len(crossed)} combinations, at least {min(crossed.values())} answers each")
    assert min(crossed.values()) >= k


async def crossings(key: str) -> Counter[tuple[int, ...]]:
    """Count the answers of each combination of what the sample file tells."""
    [wave] = await looked_up(
        "SELECT w.id, q.content FROM asking.wave w JOIN asking.questionnaire q"
        " ON q.hash = w.questionnaire WHERE w.key = $1",
        key,
    )
    form = Questionnaire.from_json(wave["content"])
    places = [form.columns.index(item) for item in SAMPLED]
    rows = await looked_up("SELECT answers FROM counting.response WHERE wave = $1", wave["id"])
    return Counter(tuple(row["answers"][at] for at in places) for row in rows)
