"""A small agency with a campaign, built through the doors that a real one uses."""

from datetime import UTC, date, datetime

import numpy as np

from questionnaires.loader import load_library
from survey_app.asking.campaigns.import_campaign import apply_campaign, plan_campaign, read_campaign
from survey_app.asking.campaigns.states import State
from survey_app.asking.invitations.draw_wave import draw
from survey_app.asking.people.import_people import apply_import, plan_import, read_register
from survey_app.asking.writing import writing
from survey_app.waves.states import change_state

TODAY = date(2026, 5, 12)
NOW = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
SIZES = {"nord-1": 34, "nord-2": 14, "sor-1": 12}  # 60 people; sor-1 is a whole region under 15
HEADER = "kind,code,name,type,parent,email,language,unit"

CAMPAIGN = """
key = "verdipuls"
form = "verdipuls.k1"
population = "staff"
legal_basis = "GDPR article 6 (1) f"
retention_days = 1825
sender = "HR <hr@example.org>"
contact = "hr@example.org"
title = { nb = "Verdipuls", nn = "Verdipuls", en = "Verdipuls" }
purpose = { nb = "Følge verdiene", nn = "Følgje verdiane" }

[[waves]]
key = "vp-1"
invite = "everybody"
opens_on = 2026-05-12
closes_on = 2026-05-26
results_on = 2026-06-09
reminder_days = [4, 10]
"""


def register(sizes=SIZES, *, language="nb"):
    rows = [HEADER, "unit,etaten,Etaten,agency,,,,"]
    regions = dict.fromkeys(code.split("-")[0] for code in sizes)
    rows += [f"unit,{region},Region {region.title()},region,etaten,,," for region in regions]
    for code, size in sizes.items():
        rows.append(f"unit,{code},Fengsel {code.title()},fengsel_hoy,{code.split('-')[0]},,,")
        rows += [
            f"person,{code}.{n},,,,p{n}.{code}@example.org,{language},{code}" for n in range(size)
        ]
    return "\n".join(rows) + "\n"


async def import_people(text=None, *, today=TODAY, now=NOW, seed=1, actor="system"):
    plan = await plan_import(read_register(text or register()), today=today)
    rng = np.random.default_rng(seed)
    await apply_import(plan, rng=rng, today=today, now=now, actor=actor)
    return plan


async def import_campaign(text=CAMPAIGN, *, now=NOW):
    plan = await plan_campaign(read_campaign(text, load_library()))
    await apply_campaign(plan, now=now)
    return plan


async def open_wave(
    key="vp-1", *, form="verdipuls.k1", questionnaire=None, k=5, today=TODAY, now=NOW, **more
):
    async with writing() as link:
        drawn = await draw(
            key,
            questionnaire=questionnaire or load_library().questionnaire(form),
            minimum_group=k,
            today=today,
            now=now,
            **more,
        )
        await change_state(link, drawn.wave, key, State.OPEN, at=now)
    return drawn


async def an_open_wave():
    await import_people()
    await import_campaign()
    return await open_wave()
