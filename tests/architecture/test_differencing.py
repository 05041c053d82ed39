"""The differencing attack over time (anonymity-design.md 9): nothing protected is worked out.

The attack of `tests.attack` subtracts everything that was ever published. It must find nothing in
what we publish, and must find what was planted: an attack that is blunt proves nothing.
"""

import copy
import time
from itertools import islice

import numpy as np
import pytest

from analytics.disclosure.protect import protect
from analytics.disclosure.rules import DisclosureError
from analytics.tables import ChangeTable, EstimateTable
from analytics.weighting.poststratify import unit_weights
from survey_app.publishing.computing.compute import plan_of
from survey_app.publishing.inputs.stored import read_table
from tests.attack.beside import entrants, made_again, said
from tests.attack.crosswalk import across_units
from tests.attack.differencing import attack
from tests.attack.library import library_of
from tests.attack.shelf import Report, as_published, primary_only
from tests.attack.wave_system import WaveSystem
from tests.attack.waves import History, corrected
from tests.changed_agency import ASKED_OF_SOME, BELOW, INDEX, SCALE, ChangedAgency

# 2025: two pulses, the main wave, a pulse; 2026: two pulses, after a reorganisation
WAVES, REORGANISED = 6, 4


@pytest.fixture(scope="module")
def released():
    return History(900, 1, waves=WAVES, reorganised_at=REORGANISED).run()


@pytest.fixture(scope="module")
def library(released):
    return library_of([*released, move_a_hidden_unit(released[3])], 5)


def hidden_units(one, status="suppressed_secondary", measure="KI-kjerne"):
    return [
        row["domain"]
        for row in one.content["estimates"]
        if (row["measure"], row["level"], row["statistic"]) == (measure, "unit", "mean")
        and row["status"] == status
        and (one.inputs.data.domains == row["domain"]).any()
    ]


def move_a_hidden_unit(one, *, aware=True):
    """Publish a wave again with a hidden unit elsewhere; None where weights would change."""
    data = one.inputs.data
    frame = data.frame.set_index("unit")
    before = unit_weights(data.domains, data.frame).weight
    for unit in [*hidden_units(one), *hidden_units(one, "suppressed_primary")]:
        for region in sorted(set(frame["region"]) - {frame.loc[unit, "region"]}):
            moved = data.frame.assign(
                region=frame["region"].where(frame.index != unit, region).to_numpy()
            )
            if np.allclose(unit_weights(data.domains, moved).weight, before):
                return corrected(one, aware=aware, region={unit: region})
    return None


def told(name, library, sees=as_published):
    start = time.perf_counter()
    report = attack(library, sees)
    waves, versions = len(library.waves), sum(len(contents) for contents, _ in library.waves)
    print(
        f"{name}: {versions} publications of {waves} waves; looked at {dict(report.looked)}; "
        f"found {report.by_way() or 'nothing'} in {time.perf_counter() - start:.1f} s"
    )
    return report


def test_nothing_protected_follows_from_all_that_is_published(library):
    report = told("published", library)
    assert report.finds == []
    assert report.looked["hidden figures"] > 5000
    assert report.looked["hidden counts"] > 0
    assert report.looked["pooled figures"] > 0
    assert report.looked["groups that enter a check"] > 0
    assert library.waves[-1][0][-1]["lineage"]


def test_what_stands_beside_the_figures_is_made_of_what_is_told(released):
    for number in (3, WAVES):
        content = released[number - 1].content
        assert made_again(released[:number]) == said(content)
        assert content["nonresponse"]["ranges"]
        assert content["trends"]
    assert any(row["model_difference"] is not None for row in content["changes"]
               if row["status"] == "published")  # fmt: skip


def test_nothing_protected_follows_where_measures_became_others_without_new_words():
    """By a text before them, a rule of scoring, other weights, and who is asked (docs/adr/0231)."""
    waves = ChangedAgency().run()
    why = {(row["measure"], row["why"]) for row in waves[-1].content["breaks"]}
    assert why >= {
        (BELOW, "reworded"), (SCALE, "rescored"), (INDEX, "rescored"), (INDEX, "reweighted"),
        (ASKED_OF_SOME, "redirected"),
    }  # fmt: skip
    library = library_of(waves, 5)
    report = told("measures that became others", library)
    assert report.finds == []
    assert report.looked["hidden figures"] > 5000
    assert told("primary suppression only", library, primary_only).by_way()["row space"] > 100
    # and what stands beside the figures is made of them, and of where series stop
    assert made_again(waves) == said(waves[-1].content)


def test_a_check_that_names_a_type_of_unit_beyond_what_counts_tell_is_found(released):
    content = copy.deepcopy(released[2].content)
    row = next(row for row in content["checks"]["groups"]["rows"] if row["groups"])
    counted = next(one for one in content["domains"] if one["code"] == row["groups"][0])
    # as if its number were held back, and one more were named
    counted["answered"] = None
    row["groups"].append("another")
    content["warnings"].append({"code": "item_shifts", "item": "x", "level": "unit_type",
                                "group": counted["code"], "points": 6})  # fmt: skip
    report = Report(5)
    entrants(WaveSystem(*library_of([released[2]], 5, content).waves[0]), report)
    assert report.by_way()["groups"] >= 2
    assert report.by_way()["item_shifts"] == 1


def test_the_same_attack_finds_what_primary_suppression_alone_gives_away(library):
    found = told("primary suppression only", library, primary_only).by_way()
    assert found["row space"] > 100
    assert found["bounds"] > 0
    assert found["counts"] > 0
    assert found["pooled over waves"] > 0


def test_a_change_of_a_merged_unit_is_found_where_a_part_was_hidden(released):
    content = copy.deepcopy(released[-1].content)
    merged = [one["from"] for one in content["lineage"] if one["to"] == "merged"]
    assert len(merged) == 2
    changes = [
        (row, then)
        for row in content["changes"]
        for then in released[:REORGANISED]
        if row["level"] == "unit" and row["status"] == "published" and row["since"] == then.key
    ]
    # every change that there is, said of the merged unit, which took in two that were hidden then
    here = next(one for one in content["domains"] if "merged" in one["members"])
    hidden = {one.key for _, one in changes if set(merged) & set(hidden_units(one))
              or set(merged) & set(hidden_units(one, "suppressed_primary"))}  # fmt: skip
    leaks = [{**row, "domain": here["code"]} for row, then in changes if then.key in hidden]
    leaked = {**content, "changes": [*content["changes"], *leaks]}
    report = attack(library_of(released, 5, leaked), bounds=False)
    assert leaks
    assert report.by_way()["crosswalk"] > 0


def test_a_change_since_parts_that_were_all_shown_tells_nothing_that_was_hidden(released):
    then, now = released[2], released[-1]
    shown = {
        row["domain"]
        for row in then.content["estimates"]
        if (row["measure"], row["statistic"], row["level"]) == ("KI-kjerne", "mean", "unit")
        and row["status"] == "published"
    }
    hidden = next(iter([*hidden_units(then), *hidden_units(then, "suppressed_primary")]))
    one, other = sorted(shown)[:2]
    for parts, finds in (((one, other), 0), ((one, hidden), 1)):
        content = copy.deepcopy(now.content)
        content["domains"].append({"level": "unit", "code": "new", "members": ["new"],
                                   "parent": "", "kind": "", "population": 90})  # fmt: skip
        members = [
            member
            for place in then.content["domains"]
            if place["code"] in parts
            for member in place["members"]
        ]
        content["lineage"] = [
            {"day": "2026-01-01", "kind": "merged", "from": member, "to": "new", "name": member}
            for member in members
        ]
        change = {"measure": "KI-kjerne", "statistic": "mean", "level": "unit", "domain": "new"}
        content["changes"] = [{**change, "since": then.key, "status": "published"}]
        systems = [WaveSystem(*wave) for wave in library_of([then, now], 5, content).waves]
        for system in systems:
            system.learn(as_published)
        report = Report(5)
        across_units(systems, as_published, report)
        assert report.looked["changes across units"] >= 1
        assert len([find for find in report.finds if "new" in find.what]) == finds


def planted(released, content):
    """Attack a wave with one more publication beside its own."""
    return attack(library_of([released], 5, content), bounds=False).by_way()


def test_a_correction_that_shows_what_was_hidden_is_found(released):
    content = copy.deepcopy(released[3].content)
    for row in content["estimates"]:
        if row["status"] == "suppressed_secondary":
            row |= {"status": "published", "n": 12, "mean": 50.0}
    report = attack(library_of([released[3]], 5, content), bounds=False)
    assert report.by_way()["row space"] > 0


def test_a_moved_unit_is_found_where_the_correction_does_not_know_what_stood_before(released):
    moved = move_a_hidden_unit(released[3], aware=False)
    assert attack(library_of([released[3], moved], 5), bounds=False).by_way()["row space"] > 0


def test_a_correction_with_other_weights_is_refused(released):
    one = released[3]
    people = dict(
        zip(one.inputs.data.frame["unit"], one.inputs.data.frame["population"], strict=True)
    )
    unit = hidden_units(one)[0]
    with pytest.raises(DisclosureError, match="weighs answers otherwise"):
        corrected(one, population={unit: people[unit] + 5})
    other = corrected(one, aware=False, population={unit: people[unit] + 5})
    assert attack(library_of([one, other], 5), bounds=False).by_way()["row space"] > 0


def test_a_correction_that_weighs_the_rest_of_a_region_otherwise_is_refused():
    # a region whose one unit is too small to be stored by itself: six answers under its own code
    one = History(450, 1, waves=2, reorganised_at=9).run()[-1]
    stored = one.inputs.data.domains.value_counts()
    frame = one.inputs.data.frame
    (unit,) = frame["unit"][frame["region"] == "vest"]
    assert stored["vest"] == 6
    assert unit not in stored
    people = {unit: 2 * int(frame.set_index("unit")["population"][unit])}
    with pytest.raises(DisclosureError, match="weighs answers otherwise"):
        corrected(one, population=people)
    # in both versions the region is hidden, and the whole is told with two weights of it
    other = corrected(one, aware=False, population=people)
    finds = attack(library_of([one, other], 5), bounds=False).finds
    assert {"row space"} == {find.way for find in finds}
    assert ("KI-kjerne", "mean", "", "region", "vest") in {find.what for find in finds}
    assert attack(library_of([one], 5), bounds=False).finds == []


def test_a_window_that_moves_is_found(released):
    first, second, main = released[:3]
    small = set(hidden_units(first, "suppressed_primary"))
    small &= set(hidden_units(second, "suppressed_primary"))
    small -= set(hidden_units(main, "suppressed_primary")) | set(hidden_units(main))
    content = {**main.content, "estimates": []}
    content["yearly"] = [
        {
            "year": 2025,
            "waves": [{"key": one.key} for one in window],
            "figures": [
                {"measure": "APN-kjerne", "level": "unit", "domain": unit, "status": "published"}
                for unit in sorted(small)
            ],
        }
        for window in ((first, second), (second, main))
    ]
    report = attack(library_of([first, second, main], 5, content), bounds=False)
    assert small
    assert report.by_way()["pooled over waves"] >= 2 * len(small)


def held_back(one):
    """Find a unit whose count of answers is told nowhere, with its count."""
    stored = one.inputs.data.domains.value_counts()
    beside = {row["domain"] for row in one.content["estimates"] if row["status"] == "published"}
    for row in one.content["domains"]:
        hidden = row["level"] == "unit" and row["answered"] is None
        if hidden and row["code"] not in beside and stored.get(row["code"], 0):
            return row, int(stored[row["code"]])
    return None


@pytest.fixture(scope="module")
def counted(released):
    """Return a wave that holds a count back."""
    return next(one for one in released if held_back(one))


def test_a_rate_that_gives_a_hidden_count_back_is_found(counted):
    row, n = held_back(counted)
    content = copy.deepcopy(counted.content)
    told = next(one for one in content["domains"] if one["code"] == row["code"])
    told["rate"] = round(n / 30, 3)
    assert planted(counted, content)["rate"] == 1


def test_a_wave_record_that_counts_every_large_group_is_found(counted):
    row, n = held_back(counted)
    content = copy.deepcopy(counted.content)
    group = {"level": "unit", "group": row["code"], "ballots": n, "bound": ""}
    content["record"]["groups"].append(group)
    assert planted(counted, content)["counts"] >= 1


def test_the_largest_weight_is_found_to_name_a_hidden_count(counted):
    row, n = held_back(counted)
    content = copy.deepcopy(counted.content)
    content["weights"]["max"] = round(row["population"] / n, 3)
    assert planted(counted, content)["weights"] == 1


def test_smoothed_means_lean_on_nothing_that_is_hidden(released):
    one = released[0]
    exact = read_table(one.computed.table).frame
    means = exact["statistic"] == "mean"
    plan = plan_of(one.inputs)
    shown = protect(EstimateTable(exact), ChangeTable.empty(), plan=plan)
    hidden = (shown.estimates.frame["status"] != "published") & (exact["level"] == "unit") & means
    # the hidden units answer less alike, and nothing that is smoothed moves
    other = exact.assign(se_model=exact["se_model"].mask(hidden, 2 * exact["se_model"]))
    again = protect(EstimateTable(other), ChangeTable.empty(), plan=plan)
    assert (again.estimates.frame["status"] == shown.estimates.frame["status"]).all()
    assert len(shown.pooled) > 0
    assert again.pooled.frame.equals(shown.pooled.frame)


@pytest.mark.slow
@pytest.mark.parametrize("k", [3, 5, 10])
@pytest.mark.parametrize(("people", "seed"), [(600, 1), (900, 2), (1200, 3)])
def test_nothing_protected_follows_from_twelve_waves(people, seed, k):
    released = History(people, seed, k=k).run()
    moved = (move_a_hidden_unit(one) for one in released)
    versions = list(islice((one for one in moved if one is not None), 2))
    library = library_of([*released, *versions], k)
    name = f"{people} people, seed {seed}, k = {k}"
    report = told(f"{name}, published", library)
    assert report.finds == []
    found = told(f"{name}, primary suppression only", library, primary_only).by_way()
    assert found["row space"] > 100
