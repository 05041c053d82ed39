"""Every combination that is stored and that others could know occurs at least k times."""

from __future__ import annotations

from collections import Counter

from questionnaires.model import Questionnaire
from survey_app.publishing import close_wave as closing
from survey_app.settings import Settings
from tests.attack.held_wave import (
    looked_up,
)
from tests.publishing_builders import SmallAgency

SAMPLED = {"county": "d.fylke", "age": "d.alder", "gender": "d.kjonn"}


async def test_every_stored_combination_that_others_could_know_occurs_k_times(database, tmp_path):
    agency = await SmallAgency(Settings(data_dir=tmp_path), gross=2000).imported()
    k = agency.settings.minimum_group
    wave = await agency.answered()
    await closing.close_wave(wave.key, key_dir=agency.settings.key_folder, now=wave.closed_at)
    staff = Counter(row["domain"] for row in await looked_up("SELECT * FROM counting.response"))
    print(f"\nstaff: {len(staff)} codes, at least {min(staff.values())} answers each")
    assert min(staff.values()) >= k

    half, _ = await agency.public_published()
    least = await fewest_of_the_sample(half.key)
    print(f"public: at least {least} of those invited fit each stored combination")
    assert least >= k


async def fewest_of_the_sample(key: str) -> int:
    """Count how many of the sample file fit what each public row holds, and return the fewest."""
    [wave] = await looked_up(
        "SELECT w.id, q.content FROM asking.wave w JOIN asking.questionnaire q"
        " ON q.hash = w.questionnaire WHERE w.key = $1",
        key,
    )
    form = Questionnaire.from_json(wave["content"])
    sample = await looked_up("SELECT * FROM asking.sample_count WHERE wave = $1", wave["id"])
    told = await looked_up("SELECT answers FROM counting.response WHERE wave = $1", wave["id"])
    places = {name: form.columns.index(item) for name, item in SAMPLED.items()}
    codes = {
        name: {
            option.value: option.code
            for option in form.option_set(form.item(item)).options
            if option.value is not None
        }
        for name, item in SAMPLED.items()
    }
    held = {name: {cell[name] for cell in sample} for name in SAMPLED}
    fewest = 0
    for row in {tuple(one["answers"][at] for at in places.values()) for one in told}:
        known = {
            name: code
            for name, value in zip(SAMPLED, row, strict=True)
            # what the sample file does not hold (withheld, other) fits everybody
            if (code := codes[name].get(value)) in held[name]
        }
        fits = sum(
            cell["invited"]
            for cell in sample
            if all(cell[name] == code for name, code in known.items())
        )
        # nobody invited has this combination: the row tells of nobody
        fewest = min(fewest or fits, fits) if fits else fewest
    return fewest
