"""A split wave from the campaign's file to its publication: planned, opened, answered, emptied."""

from collections import Counter

import numpy as np
import pytest

from questionnaires.loader import load_library
from questionnaires.model import NOT_ASKED, Questionnaire
from questionnaires.parts import in_part, part_numbers, part_places, parts_asked
from survey_app.asking.campaigns.import_campaign import apply_campaign, plan_campaign, read_campaign
from survey_app.publications.formats import read_content
from survey_app.publishing.releasing.verify_publication import recompute
from survey_app.settings import Settings
from survey_app.simulation.calendar import open_pulse
from survey_app.simulation.files import staff_campaign
from tests.publishing_builders import TODAY, SmallAgency, rows
from tests.split_form import FORM, with_split_form


class InModules:
    """Staff of whom each answers the core and one module."""

    comments = False

    def __init__(self, staff):
        self.agency, self._staff = staff.agency, staff

    def hold(self, wave, **invited):
        answers, answered = self._staff.hold(wave, **invited)
        form = load_library().questionnaire(FORM)
        drawn = np.random.default_rng(wave.t).choice(part_numbers(form), size=len(answered))
        core = set(in_part(form, None))
        masked = {
            column: np.where(drawn == number, answers[column], NOT_ASKED).astype(np.int16)
            for number in part_numbers(form)
            for name in in_part(form, number)
            if name not in core
            for column in form.item_columns(form.item(name))
        }
        return {**answers, **masked}, answered


@pytest.fixture
async def agency(database, monkeypatch, tmp_path):
    with_split_form(monkeypatch, tmp_path)
    return await SmallAgency(Settings(data_dir=tmp_path), people=600, waves=1).imported()


async def test_a_split_wave_is_planned_opened_emptied_published_and_verified(agency):
    text = staff_campaign(agency.history, open_pulse(today=TODAY))
    key, form = agency.history[0].key, agency.history[0].form
    said = f'key = "{key}"\nform = "{form}"'
    assert said in text
    plan = await plan_campaign(
        read_campaign(text.replace(said, f'key = "{key}"\nform = "{FORM}"'), load_library())
    )
    assert [(one.key, one.act) for one in plan.waves] == [(key, "changed")]
    await apply_campaign(plan, now=agency.history[0].closed_at, demo=True)
    agency.staff = InModules(agency.staff)
    wave, publication = await agency.published(0)

    [frozen] = await rows(
        "SELECT w.id, q.content FROM asking.wave w JOIN asking.questionnaire q"
        " ON q.hash = w.questionnaire WHERE w.key = $1",
        wave.key,
    )
    asked = Questionnaire.from_json(frozen["content"])
    kept = await rows("SELECT domain, answers FROM counting.response WHERE wave = $1", frozen["id"])
    places = part_places(asked)
    stored = Counter((row["domain"], *parts_asked(places, row["answers"])) for row in kept)
    domains = {domain for domain, _ in stored}
    assert len(domains) > 1
    assert min(stored[one, number] for one in domains for number in part_numbers(asked)) >= 5

    [row] = await rows("SELECT content FROM publications.publication WHERE id = $1", publication)
    content = read_content(row["content"])
    whole = {
        one["measure"]: one
        for one in content["estimates"]
        if (one["level"], one["statistic"]) == ("agency", "mean")
    }
    answered = Counter(number for _, number in stored.elements())
    assert whole["KI"]["n"] == len(kept) == content["response"]["answers"]
    assert whole["SIK"]["n"] <= answered[1] < len(kept)
    assert whole["AMB"]["n"] <= answered[2] < len(kept)
    assert (await recompute(publication)).agrees
