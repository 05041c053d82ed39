"""Role and tenure leave no trace on the answers side, in any form.

Exact sums per group, kept beside the rows they were made of, are equations about who is in the
group: a linear programme solves them. So nothing is kept that follows from role or tenure.
"""

import json
from dataclasses import replace
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from analytics.scoring import item_scores, scale_scores
from questionnaires.loader import load_library
from questionnaires.model import NOT_ASKED, Block, Questionnaire
from survey_app.counting.urn.ballot import Ballot
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.publishing.closing.emptied import background_columns, empty_staff
from survey_app.settings import Settings
from survey_app.shared.database import Login, fetch
from tests.publishing_builders import SmallAgency, rows, value

LIBRARY = load_library()
BACKGROUND = ("bg.rolle", "bg.ansiennitet")
PEOPLE = 90


def as_it_was_asked(form):
    """Give a form as waves froze it that asked staff for role and tenure, at its end."""
    return replace(form, blocks=(*form.blocks, Block(None, BACKGROUND, None)))


# no form asks them any more: waves that were opened before still hold such ballots
OLD = replace(
    LIBRARY,
    forms={**LIBRARY.forms, "verdipuls.main": as_it_was_asked(LIBRARY.forms["verdipuls.main"])},
)
FORM = OLD.questionnaire("verdipuls.main")
ROLE, TENURE = background_columns(FORM)


class Telling:
    """Staff who tell role and tenure too."""

    comments = False

    def __init__(self, staff):
        self.agency, self._staff = staff.agency, staff

    def hold(self, wave, **invited):
        answers, answered = self._staff.hold(wave, **invited)
        rng = np.random.default_rng(8)
        told = {name: rng.integers(1, 4, len(answered), np.int16) for name in BACKGROUND}
        return {**answers, **told}, answered


@pytest.fixture
def answers():
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(
        rng.integers(1, 6, size=(PEOPLE, len(FORM.columns))), columns=list(FORM.columns)
    )
    return frame.assign(**{ROLE: rng.integers(1, 4, PEOPLE), TENURE: rng.integers(1, 5, PEOPLE)})


def urn(answers):
    units = [f"north{at % 3}" for at in range(len(answers))]
    return [
        Ballot(unit, tuple(int(code) for code in row))
        for unit, row in zip(units, answers.to_numpy(), strict=True)
    ]


def left(found):
    """List what an emptied urn leaves."""
    return list(found.rows), replace(found, rows=None)


def emptied(answers):
    parents = {f"north{n}": "north" for n in range(3)}
    return empty_staff(urn(answers), FORM, parents, minimum_group=5)


def test_what_an_urn_leaves_behind_is_the_same_whatever_role_and_tenure_were(answers):
    rng = np.random.default_rng(6)
    other = answers.assign(
        **{ROLE: rng.permutation(answers[ROLE]), TENURE: rng.integers(1, 5, PEOPLE)}
    )
    assert urn(answers) != urn(other)
    assert left(emptied(answers)) == left(emptied(other))


def test_no_form_asks_staff_for_role_or_tenure_any_more():
    staff = [name for name, form in LIBRARY.forms.items() if form.population == "staff"]
    assert "verdipuls.main" in staff
    for name in staff:
        assert background_columns(LIBRARY.questionnaire(name)) == ()
    assert background_columns(FORM) == BACKGROUND


async def test_after_closing_nothing_on_the_answers_side_holds_role_or_tenure(
    database, tmp_path, monkeypatch
):
    monkeypatch.setattr("survey_app.waves.asks.load_library", lambda: OLD)
    agency = await SmallAgency(Settings(data_dir=tmp_path), waves=4).imported()
    agency.staff = Telling(agency.staff)
    wave = await agency.answered(0)
    assert wave.main
    await close_wave(wave.key, key_dir=agency.settings.key_folder, now=wave.closed_at)

    form = Questionnaire.from_json(await value("SELECT content FROM asking.questionnaire"))
    hidden = [form.columns.index(name) for name in background_columns(form)]
    stored = np.array([row["answers"] for row in await rows("SELECT * FROM counting.response")])
    assert len(stored) > 100
    assert len(hidden) == 2
    assert (stored[:, hidden] == NOT_ASKED).all()
    record = json.loads(await value("SELECT content FROM counting.wave_record"))
    assert "bg." not in json.dumps(record)
    tables = await fetch(
        Login.MIGRATOR, "SELECT relname::text AS name FROM pg_class WHERE relkind IN ('r', 'p')"
        " AND relnamespace = 'counting'::regnamespace",
    )  # fmt: skip
    # another table here must be shown to hold nothing that the rows do not hold
    names = {"hand_over", "response", "spent", "urn", "wave_record", "wave_table"}
    assert {row["name"] for row in tables} == names
    # receipts come from random numbers, and their table is empty again
    assert await value("SELECT count(*) FROM counting.spent") == 0


def equations(scores):
    """Give n, sums and cross-products of the scales as rows of a matrix over respondents."""
    known, points = scores.notna().to_numpy(), scores.fillna(0).to_numpy() / 100
    made = [np.ones(len(scores)), *known.T.astype(float), *points.T]
    for one, other in combinations_with_replacement(range(points.shape[1]), 2):
        made += [(known[:, one] & known[:, other]).astype(float), points[:, one] * points[:, other]]
    return np.array(made)


def test_exact_sums_kept_beside_the_rows_would_give_everybody_their_role_back(answers):
    kept = pd.DataFrame([row for _, row in emptied(answers).rows], columns=list(FORM.columns))
    matrix = equations(scale_scores(FORM, kept, item_scores(FORM, kept)))
    assert (kept[ROLE] == NOT_ASKED).all()
    for role in (1, 2, 3):
        chosen = (answers[ROLE] == role).to_numpy()
        assert chosen.sum() >= 5
        planted = matrix @ chosen
        both = np.vstack([matrix, -matrix])
        limits = np.concatenate([planted + 1e-7, 1e-7 - planted])
        found = linprog(np.zeros(PEOPLE), A_ub=both, b_ub=limits, bounds=(0, 1), method="highs")
        assert ((found.x > 0.5) == chosen).all()
