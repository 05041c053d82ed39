"""A survey of the public that asks who had contact with the agency in other words from its second
wave on; what is published of it, without a database."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import date

from questionnaires.halves import asked_now
from questionnaires.loader import load_library
from questionnaires.population import read_population
from survey_app.publishing.computing.compute import compute
from survey_app.publishing.inputs.asked import AskedSeries, groups_asked
from survey_app.publishing.inputs.wave_inputs import EarlierWave, WaveInputs
from tests.builders_publication.silent import past_of
from tests.once_in_a_run import once_in_a_run
from tests.reworded_version import in_other_words
from tests.simulated_waves import public_wave

CONTACT, GENDER = "om.fil.2", "d.kjonn"
NAMES = ("omdomme-1", "omdomme-2", "omdomme-3")


def regrouped():
    """Publish three waves, and give their contents, oldest first."""
    form = load_library().questionnaire("omdomme")
    other = in_other_words(form, CONTACT, GENDER)
    return once_in_a_run("regrouped", lambda: Survey(form, other, other).contents())


class Survey:
    """A survey of the public, of which each wave is published; forms are what it asked."""

    def __init__(self, *forms):
        self.forms, self.done = forms, []
        for at in range(len(forms)):
            self.done.append((one := self.inputs(at), compute(one)))

    def inputs(self, at):
        """Lay a wave beside those before it."""
        asked = {key: asked_now(one) for key, one in zip(NAMES, self.forms[: at + 1], strict=False)}
        groups = {
            key: groups_asked(one) for key, one in zip(NAMES, self.forms[: at + 1], strict=False)
        }
        own = NAMES[at]
        labels = {key: words(key) for key in asked}
        before = {key: one for key, one in asked.items() if key != own}
        series = AskedSeries(own, asked[own], before, labels, groups=groups)
        return inputs_of(at, self.forms[at], series, self.done)

    def contents(self):
        """Give what was published, oldest first."""
        return [computed.content for _, computed in self.done]


def words(key):
    """Call a wave by its key."""
    named = dict.fromkeys(("nb", "nn", "en"), key)
    return {**dict.fromkeys(("name", "short", "in", "since"), named), "year": 2026}


def inputs_of(at, form, series, done):
    """Let some of the public answer a wave."""
    library, people = load_library(), read_population()
    wave = public_wave(at, gross=1500)
    data = replace(
        wave, key=NAMES[at], questionnaire=form, background=library.background,
        view=library.measures.public.trust,
    )  # fmt: skip
    domains = tuple(
        {"level": "county", "code": code, "parent": "", "kind": "", "population": people_,
         "invited": invited, "name": code, "members": []}
        for code, people_, invited in data.frame.itertuples(index=False)
    )  # fmt: skip
    n = len(data.answers)
    earlier = tuple(
        EarlierWave(
            one.meta, words(one.meta.key), computed.table, computed.content,
            comparable=series.measures(one.meta.key), regrouped=series.regrouped(one.meta.key),
        )
        for one, computed in done
    )  # fmt: skip
    past = past_of([json.loads(one.content) for _, one in done], [one.meta for one, _ in done])
    return WaveInputs(
        wave_id=uuid.uuid5(uuid.NAMESPACE_URL, data.key), data=data, population=people,
        campaign={"key": "omdomme", "title": words("o")["name"], "population": "public",
                  "demo": True, "release": "days", "open_results": False},
        wave={"key": data.key, "sequence": at + 1, "kind": data.kind, "labels": words(data.key),
              "closed_on": f"202{at}-10-01", "results_on": f"202{at}-10-20", "plan_hash": "",
              "results_day": date(2020 + at, 10, 20)},
        domains=domains, earlier=earlier, series=series, past=past, response_set_hash="",
        record={"accepted": n, "refused": 0, "screened_out": 0, "invited": 1500, "opted_out": 0},
    )  # fmt: skip
