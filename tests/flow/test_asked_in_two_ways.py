"""A wave in the old words, one in both, one in the new: planned, opened, answered and emptied."""

from collections import Counter

import numpy as np
import pytest

from questionnaires.loader import load_library
from questionnaires.model import NOT_ASKED, Questionnaire
from questionnaires.parts import part_places, parts_asked
from survey_app.asking.campaigns.import_campaign import apply_campaign, plan_campaign, read_campaign
from survey_app.publishing.releasing.verify_publication import recompute
from survey_app.settings import Settings
from survey_app.simulation.calendar import open_pulse
from survey_app.simulation.files import staff_campaign
from tests.halves import ITEM, NEW, OLD, with_second_version
from tests.publishing_builders import TODAY, SmallAgency, rows


class InHalves:
    """Staff of whom random halves answer in the words of either version, two steps lower in v2."""

    comments = False

    def __init__(self, staff):
        self.agency, self._staff = staff.agency, staff

    def hold(self, wave, **invited):
        answers, answered = self._staff.hold(wave, **invited)
        old = np.random.default_rng(wave.t).random(len(answered)) < 0.5
        said = answers[ITEM]
        halves = {
            OLD: np.where(old, said, NOT_ASKED),
            NEW: np.where(old, NOT_ASKED, np.where(said > 0, np.maximum(said - 2, 1), said)),
        }
        return {**answers, **halves}, answered


@pytest.fixture
async def agency(database, tmp_path):
    return await SmallAgency(Settings(data_dir=tmp_path), people=600, waves=3).imported()


async def planned_with_overlap(agency, at):
    """Import the campaign's file anew, in which a wave says that halves get the words of v1."""
    text = staff_campaign(agency.history, open_pulse(today=TODAY))
    key = agency.history[at].key
    said = f'key = "{key}"'
    assert said in text
    file = read_campaign(text.replace(said, f'{said}\noverlap = "v1"'), load_library())
    plan = await plan_campaign(file)
    assert [(one.key, one.act) for one in plan.waves] == [(key, "changed")]
    await apply_campaign(plan, now=agency.history[0].closed_at, demo=True)


async def stored(key):
    """The frozen questionnaire of a wave, and the answers that are stored of it."""
    [wave] = await rows(
        "SELECT w.id, q.content FROM asking.wave w JOIN asking.questionnaire q"
        " ON q.hash = w.questionnaire WHERE w.key = $1",
        key,
    )
    kept = await rows("SELECT domain, answers FROM counting.response WHERE wave = $1", wave["id"])
    return Questionnaire.from_json(wave["content"]), kept


async def test_three_waves_go_over_a_rewording(agency, monkeypatch, tmp_path):
    first, _ = await agency.published(0)
    with_second_version(monkeypatch, tmp_path)
    await planned_with_overlap(agency, 1)
    plain, agency.staff = agency.staff, InHalves(agency.staff)
    both, publication = await agency.published(1)
    agency.staff = plain
    third, _ = await agency.published(2)

    form, kept = await stored(both.key)
    halves = Counter(
        (row["domain"], *parts_asked(part_places(form), row["answers"])) for row in kept
    )
    k = agency.settings.minimum_group
    domains = {domain for domain, _ in halves}
    assert min(halves[domain, number] for domain in domains for number in (1, 2)) >= k
    assert len(domains) > 1
    total = Counter(number for _, number in halves.elements())
    assert abs(total[1] - total[2]) < 4 * len(kept) ** 0.5

    asked = {one.key: (await stored(one.key))[0] for one in (first, both, third)}
    names = {key: {item.id for item in form.items} for key, form in asked.items()}
    assert ITEM in names[first.key] & names[third.key]
    assert {OLD, NEW} <= names[both.key] - {ITEM}
    assert [asked[one.key].item(ITEM).version for one in (first, third)] == [1, 2]
    assert [asked[both.key].item(name).version for name in (OLD, NEW)] == [1, 2]

    old, new = (
        [code for row in kept if (code := row["answers"][form.columns.index(name)]) > 0]
        for name in (OLD, NEW)
    )
    # two steps lower in the new words, and 1 stays 1: nothing was mixed up on the way
    assert 1 < np.mean(old) - np.mean(new) < 2.1
    assert (await recompute(publication)).agrees
