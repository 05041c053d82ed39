"""The staff model against the expected results of instruments.md 7.4, with its tolerances.

As there, without constant responders and break-offs, and without `vp.opf.1`.
"""

import numpy as np
import pytest

from questionnaires.loader import load_library
from survey_app.simulation.agency import all_units, make_agency
from survey_app.simulation.staff_model import (
    Behaviour,
    hit_by_reform,
    make_staff,
    respond,
    simulate_staff_wave,
)
from survey_app.simulation.truth import person_scores, true_means

SEED = 20210109  # the demo's
CAREFUL = Behaviour(theta=0.25, careless=0.0, break_off=0.0)
FORM = load_library().questionnaire("verdipuls.main")


class Trial:
    """Twelve waves, everybody invited to main waves and a third to pulses."""

    def __init__(self):
        self.agency = make_agency(seed=SEED)
        self.staff = make_staff(self.agency, seed=SEED)
        self.waves, self.answered, self.invited = [], [], []
        earlier = np.zeros(self.agency.people, dtype=int)
        for t in range(12):
            main = t % 4 == 0
            invited = (
                self.agency.panel == "ABC"[t % 3]
                if not main
                else np.ones(self.agency.people, dtype=bool)
            )
            wave = simulate_staff_wave(self.staff, t, CAREFUL)
            answered = respond(
                self.staff, wave, invited=invited, earlier=earlier, main=main, behaviour=CAREFUL
            )
            earlier = earlier + invited
            self.waves.append(wave)
            self.answered.append(answered)
            self.invited.append(invited)

    def means(self, t, members):
        rows = true_means("", FORM, self.waves[t].answers, [("agency", "", members)])
        return {row.measure: row.mean for row in rows}

    def scores(self, t=0):
        who = self.answered[t]
        scores = person_scores(FORM, self.waves[t].answers)
        return {code: score[who] for code, score in scores.items()}

    def items(self, names, t=0):
        who = self.answered[t]
        columns = [np.where(self.waves[t].answers[n] < 0, np.nan, self.waves[t].answers[n])[who]
                   for n in names]  # fmt: skip
        columns = [6 - c if n == "vp.sik.3" else c for n, c in zip(names, columns, strict=True)]
        table = np.stack(columns)
        return table[:, np.isfinite(table).all(axis=0)]


@pytest.fixture(scope="module")
def trial():
    return Trial()


def alpha(items):
    k = len(items)
    return k / (k - 1) * (1 - items.var(axis=1, ddof=1).sum() / items.sum(axis=0).var(ddof=1))


def test_the_agency_has_sixty_units_and_5600_people_in_six_regions():
    units = all_units()
    assert (len(units), sum(unit.size for unit in units)) == (60, 5600)
    regions = {}
    for unit in units:
        regions.setdefault(unit.region, []).append(unit.size)
    assert {code: (len(sizes), sum(sizes)) for code, sizes in regions.items()} == {
        "ost": (16, 2176), "sor": (11, 1036), "sorvest": (9, 740), "vest": (10, 696),
        "nord": (11, 672), "sentralt": (3, 280),
    }  # fmt: skip


def test_a_small_agency_has_about_ten_units_of_the_same_sizes_in_three_regions():
    agency = make_agency(600, seed=3)
    sizes = {unit.size for unit in all_units()}
    assert agency.people == 600
    assert 8 <= len(agency.units) <= 12
    assert len(agency.regions) == 3
    assert sum(unit.size not in sizes for unit in agency.units) <= 1
    assert not agency.panels


@pytest.mark.parametrize("people", [149, 200_001])
def test_an_agency_of_another_size_is_refused(people):
    with pytest.raises(ValueError, match="150 to 200000"):
        make_agency(people, seed=1)


@pytest.mark.parametrize(("people", "fewest"), [(5_700, 60), (20_000, 180), (100_000, 1_020)])
def test_a_larger_agency_has_the_units_of_the_whole_one_several_times(people, fewest):
    agency = make_agency(people, seed=3)
    assert agency.people == people
    assert fewest <= len(agency.units) <= people / 5_600 * 60 + 12
    assert len(agency.regions) == 6
    for name in ("code", "name"):
        assert len({getattr(unit, name) for unit in agency.units}) == len(agency.units)
    kinds = {unit.kind for unit in all_units()}
    assert {unit.kind for unit in agency.units} == kinds


def test_a_larger_agency_starts_with_the_units_of_the_whole_one():
    assert set(all_units()) < set(all_units(3))


def test_panels_split_each_unit_in_thirds():
    agency = make_agency(seed=SEED)
    for unit in range(len(agency.units)):
        counts = np.unique(agency.panel[agency.unit == unit], return_counts=True)[1]
        assert counts.max() - counts.min() <= 1


def test_nobody_has_a_name_and_no_unit_that_of_a_real_place():
    agency = make_agency(seed=SEED)
    assert agency.email(0).endswith("@demo.invalid")
    for unit in agency.units:
        assert unit.name.split()[0] in {
            "Fengsel", "Friomsorgskontor", "Narkotikaprogramsenter", "Overgangsbolig",
            "Regionadministrasjon", "Direktoratet", "Høgskolen", "Fellestjenester",
        }  # fmt: skip


def test_response_rates_are_those_expected(trial):
    rates = [a.sum() / i.sum() for a, i in zip(trial.answered, trial.invited, strict=True)]
    main = np.mean([rates[t] for t in (0, 4, 8)])
    pulse = np.mean([rates[t] for t in range(12) if t % 4])
    assert main == pytest.approx(0.58, abs=0.03)
    assert 0.43 - 0.03 <= pulse <= 0.48 + 0.03


def test_as_many_units_reach_ten_answers_as_expected(trial):
    def reached(t):
        return (np.bincount(trial.agency.unit[trial.answered[t]], minlength=60) >= 10).sum()

    assert reached(0) == pytest.approx(55, abs=4)
    assert 26 - 4 <= np.mean([reached(t) for t in range(12) if t % 4]) <= 31 + 4


def test_means_among_respondents_are_those_expected(trial):
    means = trial.means(0, trial.answered[0])
    expected = {"TRY": 75, "APN": 64, "NYT": 67, "SIK": 70, "AAT": 67, "AAM": 62, "AMB": 66}
    for code, mean in expected.items():
        assert means[code] == pytest.approx(mean, abs=3), code
    pride = np.mean([25 * (trial.items([f"aa.{n}"]).mean() - 1) for n in (1, 2)])
    assert pride == pytest.approx(75, abs=3)


def test_scales_spread_and_hold_together_as_expected(trial):
    scores = trial.scores()
    for code, expected in {"TRY": 0.78, "APN": 0.82, "NYT": 0.81, "SIK": 0.80}.items():
        assert 17 - 2 <= np.nanstd(scores[code]) <= 22 + 2, code
        names = [f"vp.{code.lower()}.{n}" for n in range(1, 6)]
        assert alpha(trial.items(names)) == pytest.approx(expected, abs=0.03), code


def test_indices_hold_together_as_expected(trial):
    culture = [f"vp.{one}.{n}" for one in ("try", "apn", "nyt") for n in range(1, 6)]
    core = ["vp.try.1", "vp.try.3", "vp.apn.1", "vp.apn.4", "vp.nyt.1", "vp.nyt.3"]
    assert alpha(trial.items(culture)) == pytest.approx(0.87, abs=0.03)
    assert alpha(trial.items(core)) == pytest.approx(0.73, abs=0.03)
    workplace = trial.items([*(f"aa.{n}" for n in range(1, 9)), "vp.amb.1"]) * 1.0
    workplace[:8] = 25 * (workplace[:8] - 1)
    workplace[8] *= 10
    assert alpha(workplace) == pytest.approx(0.78, abs=0.03)
    full = trial.items(culture)
    short = full[[0, 2, 5, 8, 10, 12]]
    assert np.corrcoef(full.sum(axis=0), short.sum(axis=0))[0, 1] == pytest.approx(0.94, abs=0.02)


def test_the_values_are_related_but_not_the_same(trial):
    scores = trial.scores()
    for one, other in (("TRY", "APN"), ("TRY", "NYT"), ("APN", "NYT")):
        both = np.isfinite(scores[one]) & np.isfinite(scores[other])
        r = np.corrcoef(scores[one][both], scores[other][both])[0, 1]
        assert 0.44 - 0.05 <= r <= 0.46 + 0.05


def test_units_differ_as_much_as_expected(trial):
    unit = trial.agency.unit[trial.answered[0]]
    for code in ("TRY", "APN", "NYT", "SIK"):
        score = trial.scores()[code]
        known = np.isfinite(score)
        groups = [score[known & (unit == u)] for u in np.unique(unit[known])]
        n = np.array([len(group) for group in groups])
        apart, spare = len(groups) - 1, n.sum() - len(groups)
        mean = np.array([group.mean() for group in groups])
        between = (n * (mean - score[known].mean()) ** 2).sum() / apart
        within = sum(((group - group.mean()) ** 2).sum() for group in groups) / spare
        size = (n.sum() - (n**2).sum() / n.sum()) / apart
        assert 0.03 <= (between - within) / (between + (size - 1) * within) <= 0.14, code


def test_ambassadors_are_as_many_as_expected(trial):
    answers = trial.waves[0].answers["vp.amb.1"][trial.answered[0]]
    assert np.mean(answers >= 9) == pytest.approx(0.19, abs=0.03)
    assert np.mean(answers <= 6) == pytest.approx(0.48, abs=0.03)


def test_threats_are_as_common_as_expected(trial):
    answers = trial.waves[0].answers["vp.hen.1"]
    told = trial.answered[0] & (answers >= 0)
    assert np.mean(answers[told] >= 1) == pytest.approx(0.34, abs=0.04)
    high = np.array([unit.kind == "fengsel_hoy" for unit in trial.agency.units])[trial.agency.unit]
    assert np.mean(answers[told & high] >= 1) == pytest.approx(0.45, abs=0.04)


def test_those_who_answer_are_more_content_than_all(trial):
    bias = []
    for t in (0, 4, 8):
        everybody = np.ones(trial.agency.people, dtype=bool)
        answered = trial.means(t, trial.answered[t])["KI-kjerne"]
        bias.append(answered - trial.means(t, everybody)["KI-kjerne"])
    assert min(bias) > 0


def test_the_reform_lowers_the_units_it_hits_and_half_of_it_is_gone_three_waves_later(trial):
    hit = hit_by_reform(trial.agency)[trial.agency.unit]

    def gap(t):
        return trial.means(t, hit)["KI-kjerne"] - trial.means(t, ~hit)["KI-kjerne"]

    before = np.mean([gap(t) for t in range(5)])
    assert gap(6) - before == pytest.approx(-4, abs=1.5)
    assert gap(9) - before == pytest.approx(-2, abs=1.5)


def test_the_same_seed_gives_the_same_wave_whatever_else_is_simulated(trial):
    again = simulate_staff_wave(make_staff(make_agency(seed=SEED), seed=SEED), 5, CAREFUL)
    for item, codes in again.answers.items():
        assert (codes == trial.waves[5].answers[item]).all()
