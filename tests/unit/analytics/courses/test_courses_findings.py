"""What is found in an agency of three regions with four units each, by hand."""

import numpy as np
import pandas as pd
import pytest

from analytics.comparison.margins import SURE, SURE_OF_STEADY, WAVES_READ
from analytics.courses.findings import FINDING_COLUMNS, Place, judge_by_series
from analytics.digits import to_digits

WAVES = ("w1", "w2", "w3", "w4")
MEASURES = ("A", "B", "C")
PEOPLE, ANSWERS, PERSON = 50, 35, 18.0  # in a unit: staff, answers, deviation of a person's score
UNITS = {f"u{region}{at}": f"r{region}" for region in range(3) for at in range(4)}
PLACES = (
    {("agency", ""): Place("", 600.0)}
    | {("region", f"r{at}"): Place("", 200.0) for at in range(3)}
    | {("unit", code): Place(parent, 50.0) for code, parent in UNITS.items()}
)
MARGIN = {"agency": 3.0, "region": 3.0, "unit_type": 3.0, "unit": 5.0}
KEY = ["measure", "level", "domain", "since", "role"]


def an_agency(moves=None, waves=WAVES, seed=5):
    """Show means that chance moves as it would: of units, and of what they are parts of.

    ``moves`` maps a unit and wave to the points by which all its measures move there for good.
    """
    rng = np.random.default_rng(seed)
    level = np.full((len(UNITS), len(waves), len(MEASURES)), 60.0)
    for (code, wave), size in (moves or {}).items():
        level[list(UNITS).index(code), waves.index(wave) :] += size
    error = PERSON * np.sqrt((1 / ANSWERS) * (1 - ANSWERS / PEOPLE))
    mean = level + error * rng.normal(size=level.shape)
    region = mean.reshape(3, 4, *mean.shape[1:]).mean(axis=1)
    tables = [
        rows("unit", list(UNITS), mean, error, ANSWERS, PEOPLE, waves),
        rows("region", ["r0", "r1", "r2"], region, error / 2, 4 * ANSWERS, 4 * PEOPLE, waves),
        rows("agency", [""], region.mean(axis=0)[None], error / np.sqrt(12), 420, 600, waves),
    ]
    return pd.concat(tables, ignore_index=True)


def rows(level, codes, mean, error, n, people, waves):
    at = pd.MultiIndex.from_product([codes, waves, MEASURES], names=["domain", "wave", "measure"])
    value = mean.ravel()
    return at.to_frame(index=False).assign(
        level=level, n=float(n), population=float(people), mean=to_digits(value, 1),
        low=to_digits(value - 1.96 * error, 1), high=to_digits(value + 1.96 * error, 1),
    )  # fmt: skip


def asked(shown, waves=WAVES, since=None):
    """Ask for the changes since the wave before and the first, of all that is shown now."""
    now = shown[shown["wave"] == waves[-1]]
    parts = [
        now[["measure", "level", "domain"]].assign(since=wave, role=role)
        for role, wave in since or (("previous", waves[-2]), ("first", waves[0]))
    ]
    return pd.concat(parts, ignore_index=True)


def judged(shown, waves=WAVES, wanted=None, places=PLACES, linked=True):
    wanted = asked(shown, waves) if wanted is None else wanted
    margins = wanted["level"].map(MARGIN).to_numpy(dtype=float)
    both = np.full((len(waves), len(waves)), linked)
    return judge_by_series(shown, list(waves), wanted, places, linked=both, margins=margins).rows


def called(found, level, role="previous"):
    """Name the places of a level, and how their measures are called."""
    here = found[(found["level"] == level) & (found["role"] == role)]
    named = here[here["verdict"].isin(["up", "down"])]
    return {code: sorted(set(group["verdict"])) for code, group in named.groupby("domain")}


STILL = an_agency()
JUMP = an_agency({("u12", "w4"): 20.0})
ALL = an_agency({(code, "w4"): 12.0 for code in UNITS})
MOVED = an_agency({("u12", "w4"): 20.0, ("u03", "w3"): -16.0})


def test_nothing_is_called_where_nothing_moves():
    found = judged(STILL)
    assert tuple(found.columns) == FINDING_COLUMNS
    assert len(found) == len(asked(STILL))
    assert not found["verdict"].isin(["up", "down"]).any()
    assert not found["apart"].any()
    assert (found["verdict"] == "steady").any()


def test_one_unit_that_jumps_is_called_and_has_moved_apart():
    found = judged(JUMP)
    assert called(found, "unit") == {"u12": ["up"]}
    of_it = found[(found["domain"] == "u12") & (found["role"] == "previous")]
    assert (of_it["verdict"] == "up").all()
    assert of_it["apart"].all()
    assert of_it["difference"].between(12, 22).all()
    assert called(found, "agency") == {}
    others = found[(found["level"] == "unit") & (found["domain"] != "u12")]
    assert not others["apart"].any()


def test_down_is_called_as_up_is_and_since_when():
    found = judged(MOVED)
    assert called(found, "unit", "previous") == {"u12": ["up"]}
    assert called(found, "unit", "first") == {"u03": ["down"], "u12": ["up"]}


def test_units_move_with_the_whole_and_not_apart_from_it():
    found = judged(ALL)
    assert called(found, "agency") == {"": ["up"]}
    assert set(called(found, "region")) == {"r0", "r1", "r2"}
    assert set(called(found, "unit")) == set(UNITS)
    assert (found["verdict"] == "up").all()
    assert not found["apart"].any()


@pytest.mark.parametrize("shown", [STILL, MOVED, ALL], ids=["still", "moved", "all"])
def test_a_verdict_follows_from_the_figures_of_its_own_row(shown):
    found = judged(shown)
    margin = found["margin"]
    assert (found["margin"] == found["level"].map(MARGIN)).all()
    sure = (found["chance"] >= SURE) & (found["difference"].abs() >= margin)
    inside = (found["low"] >= -margin) & (found["high"] <= margin)
    steady = inside & (found["inside"] >= SURE_OF_STEADY)
    expected = np.select(
        [sure & (found["low"] > 0), sure & (found["high"] < 0), steady],
        ["up", "down", "steady"],
        "uncertain",
    )
    assert found["verdict"].tolist() == expected.tolist()
    away = (found["low"] > 0) | (found["high"] < 0)
    # the level beneath must be on the same side, which the row does not tell
    small = found["difference"].abs() < margin
    assert not found.loc[~away | ~small | (expected != "uncertain"), "under_limit"].any()
    assert (found["low"] <= found["difference"]).all()
    assert (found["difference"] <= found["high"]).all()
    for name in ("difference", "low", "high"):
        assert found[name].tolist() == found[name].round(1).tolist()


def test_chances_are_rounded_down_and_never_up_to_a_verdict():
    found = judged(MOVED)
    assert found["chance"].between(0, 1).all()
    assert (found["chance"] * 100).round(6).mod(1).eq(0).all()
    assert (found["inside"] * 1000).round(6).mod(1).eq(0).all()
    exact = found[found["chance"] < 1]
    assert (exact["chance"] <= 0.99).all()


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_and_of_places_does_not_matter(seed):
    rng = np.random.default_rng(seed)
    shown = MOVED.sample(frac=1, random_state=seed)
    wanted = asked(MOVED).sample(frac=1, random_state=seed)
    codes = list(PLACES)
    rng.shuffle(codes)
    found = judged(shown, wanted=wanted, places={code: PLACES[code] for code in codes})
    assert found[KEY].to_numpy().tolist() == wanted[KEY].to_numpy().tolist()
    both = judged(MOVED).merge(found, on=KEY, suffixes=("", "_again"), validate="one_to_one")
    assert len(both) == len(found)
    for name in FINDING_COLUMNS[5:]:
        assert both[name].tolist() == both[f"{name}_again"].tolist(), name


def test_names_of_places_and_measures_do_not_matter():
    renamed = {code: f"x{99 - at}" for at, code in enumerate(UNITS)}
    measures = {"A": "Z", "B": "Y", "C": "X"}
    shown = MOVED.assign(
        domain=MOVED["domain"].replace(renamed), measure=MOVED["measure"].map(measures)
    )
    places = {(level, renamed.get(code, code)): one for (level, code), one in PLACES.items()}
    found = judged(shown, places=places)
    expected = judged(MOVED)
    assert found["verdict"].tolist() == expected["verdict"].tolist()
    assert found["difference"].tolist() == expected["difference"].tolist()


def test_a_unit_whose_region_shows_nothing_is_not_judged():
    hidden = (MOVED["level"] == "region") & (MOVED["domain"] == "r1")
    found = judged(MOVED[~hidden])
    assert set(found.loc[found["level"] == "unit", "domain"]) == {
        code for code, region in UNITS.items() if region != "r1"
    }
    # of the others it is told as before, and u12 is one of r1
    assert called(found, "unit", "first") == {"u03": ["down"]}
    of_it = asked(MOVED).query("domain in ['u10', 'u11', 'u12', 'u13']")
    assert judged(MOVED[~hidden], wanted=of_it).empty


def test_a_unit_whose_region_was_hidden_in_one_wave_is_judged_by_the_others():
    hidden = (JUMP["level"] == "region") & (JUMP["domain"] == "r1") & (JUMP["wave"] == "w2")
    found = judged(JUMP[~hidden])
    assert len(found) == len(asked(JUMP))
    assert called(found, "unit") == {"u12": ["up"]}
    # what a unit was in a wave that says nothing of its region is not looked at
    wild = (JUMP["domain"] == "u12") & (JUMP["wave"] == "w2")
    poisoned = JUMP.assign(
        **{name: JUMP[name].where(~wild, JUMP[name] - 30) for name in ("mean", "low", "high")}
    )
    of_it = [
        judged(one[~hidden]).query("domain == 'u12'").reset_index(drop=True)
        for one in (JUMP, poisoned)
    ]
    pd.testing.assert_frame_equal(*of_it)


def test_without_regions_units_are_read_beside_the_whole():
    shown = JUMP[JUMP["level"] != "region"]
    found = judged(shown)
    assert called(found, "unit") == {"u12": ["up"]}
    assert called(judged(ALL[ALL["level"] != "region"]), "unit").keys() == set(UNITS)
    assert not judged(ALL[ALL["level"] != "region"])["apart"].any()


def test_a_level_beside_the_regions_is_read_beside_the_whole():
    kinds = ALL[ALL["level"] == "region"].assign(level="unit_type")
    found = judged(pd.concat([ALL, kinds], ignore_index=True))
    assert called(found, "unit_type") == called(found, "region") != {}
    rest = found[found["level"] != "unit_type"].reset_index(drop=True)
    pd.testing.assert_frame_equal(rest, judged(ALL))


def test_a_measure_that_the_whole_does_not_show_is_judged_nowhere_and_leaves_others_alone():
    without = MOVED[(MOVED["level"] != "agency") | (MOVED["measure"] != "A")]
    found = judged(without)
    assert set(found["measure"]) == {"B", "C"}
    expected = judged(MOVED[MOVED["measure"] != "A"])
    pd.testing.assert_frame_equal(found, expected)


def test_where_the_whole_shows_none_of_the_measures_asked_for_nothing_is_judged():
    without = MOVED[(MOVED["level"] != "agency") | (MOVED["measure"] == "A")]
    wanted = asked(without).query("measure == 'B'")
    assert judged(without, wanted=wanted).empty
    units = wanted.query("level == 'unit'")
    assert judged(without, wanted=units).empty
    of_both = asked(without).query("level == 'unit' or measure == 'A'")
    assert set(judged(without, wanted=of_both)["measure"]) == {"A"}


def test_where_there_is_nothing_to_ask_or_to_read_there_is_nothing_to_find():
    for shown, wanted in (
        (JUMP, asked(JUMP)[:0]), (JUMP[:0], asked(JUMP)), (JUMP[JUMP["level"] == "unit"], None),
    ):  # fmt: skip
        found = judged(shown, wanted=wanted)
        assert tuple(found.columns) == FINDING_COLUMNS
        assert found.empty


def test_one_figure_tells_of_no_change():
    new = (JUMP["domain"] == "u00") & (JUMP["wave"] != "w4")
    found = judged(JUMP[~new], wanted=asked(JUMP))
    assert "u00" not in set(found["domain"])
    assert len(found) == len(asked(JUMP)) - 6


LONG = tuple(f"w{at:02}" for at in range(WAVES_READ + 4))


def poisoned(shown, waves):
    wild = shown["wave"].isin(waves)
    return shown.assign(
        **{name: shown[name].where(~wild, shown[name] - 40) for name in ("mean", "low", "high")}
    )


def test_of_a_long_series_the_last_waves_and_the_compared_are_read():
    shown = an_agency({("u12", LONG[-1]): 20.0}, waves=LONG)
    # one measure, since each of so many waves takes its time
    shown = shown[shown["measure"] == MEASURES[0]].reset_index(drop=True)
    found = judged(shown, LONG)
    unread = LONG[1 : len(LONG) - WAVES_READ]
    assert len(unread) == 3
    pd.testing.assert_frame_equal(judged(poisoned(shown, unread), LONG), found)
    pd.testing.assert_frame_equal(judged(shown[~shown["wave"].isin(unread)], LONG), found)
    for read in (LONG[0], LONG[-WAVES_READ], LONG[-2]):
        assert not judged(poisoned(shown, [read]), LONG).equals(found)
    # nobody compares with the first wave: then it is not read either
    recent = asked(shown, LONG, since=(("previous", LONG[-2]),))
    assert judged(shown, LONG, recent).equals(judged(poisoned(shown, LONG[:4]), LONG, recent))


def test_places_and_measures_that_nobody_asks_about_are_not_read():
    wanted = asked(JUMP).query("measure != 'C' and domain != 'u00'")
    found = judged(JUMP, wanted=wanted)
    wild = (JUMP["measure"] == "C") | (JUMP["domain"] == "u00")
    changed = JUMP.assign(mean=JUMP["mean"].where(~wild, 5.0))
    pd.testing.assert_frame_equal(judged(changed, wanted=wanted), found)
    pd.testing.assert_frame_equal(judged(JUMP[~wild], wanted=wanted), found)


@pytest.mark.parametrize("alike", [1.0, 0.3, 0.1])
def test_a_change_of_people_who_answer_alike_is_not_shown_larger_than_it_was_measured(alike):
    # one unit is measured ever so well, and moves by three points
    mean = STILL["mean"].where(STILL["domain"] != "u12", 60.0 + 3.0 * (STILL["wave"] == "w4"))
    reach = (STILL["high"] - STILL["low"]) / 2
    reach = reach.where(STILL["domain"] != "u12", reach * alike)
    found = judged(STILL.assign(mean=mean, low=mean - reach, high=mean + reach))
    of_it = found[(found["domain"] == "u12") & (found["role"] == "previous")]
    assert of_it["difference"].between(0, 3).all()


def test_people_who_may_have_answered_twice_make_changes_surer():
    linked, apart = judged(STILL), judged(STILL, linked=False)
    width = [(found["high"] - found["low"]).mean() for found in (linked, apart)]
    assert width[0] < width[1]
