"""Hashes, margins, release times, and where two contents differ."""

from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis.strategies import integers, just, lists, permutations, sampled_from, tuples

from analytics.weighting.diagnostics import diagnose
from questionnaires.loader import load_library
from questionnaires.population import read_population
from survey_app.counting.responses.rows import AnswerRows
from survey_app.publishing.computing.content import _weights
from survey_app.publishing.inputs.asked import AskedSeries
from survey_app.publishing.inputs.margins import margins_of
from survey_app.publishing.inputs.response_set import response_set_hash
from survey_app.publishing.inputs.wave_inputs import _needed
from survey_app.publishing.releasing.differences import first_difference
from survey_app.publishing.releasing.publish_wave import release_time

NAMES = sampled_from(["a", "b", "b c", "bc", "", "ø"])
CODES = integers(-4, 12) | integers(-4, 300)
ROWS = lists(tuples(sampled_from(["a", "b", ""]), lists(integers(-4, 10), max_size=4)), max_size=8)


named = partial(response_set_hash, salt=bytes(32))


@given(ROWS.flatmap(lambda rows: tuples(just(rows), permutations(rows))))
def test_the_order_of_responses_does_not_change_their_hash(pair):
    rows, shuffled = pair
    assert named(rows) == named(shuffled)


@given(
    lists(
        tuples(
            sampled_from(["a", "b", "b c", "bc", "", "ø"]), lists(CODES, min_size=3, max_size=3)
        ),
        max_size=20,
    )
)
def test_small_integers_have_the_hash_and_the_order_of_the_rows_they_stand_for(rows):
    rows = [(domain, tuple(codes)) for domain, codes in rows]
    small = AnswerRows.of(rows, 3)
    assert named(small) == named(rows)
    assert list(small.sorted()) == sorted(rows)
    assert sorted(small) == sorted(rows)
    parts = [AnswerRows.of(rows[:2], 3), AnswerRows.of(rows[2:], 3)]
    assert list(AnswerRows.joined(parts, 3)) == rows


def test_answers_take_one_byte_each_where_their_codes_allow_it():
    assert AnswerRows.of([("a", (1, -4, 56))], 3).codes.dtype == np.int8
    assert AnswerRows.of([("a", (1, -4, 301))], 3).codes.dtype == np.int16


def test_one_changed_answer_changes_the_hash():
    assert named([("a", [1, 2])]) != named([("a", [1, 3])])
    assert named([("a", [1, 2])]) != named([("b", [1, 2])])


def test_another_salt_gives_another_hash_so_that_answers_cannot_be_tried_out():
    rows = [("a", [1, 2])]
    assert named(rows) != response_set_hash(rows, salt=bytes(31) + b"1")


def test_every_margin_sums_to_one():
    margins = margins_of(read_population())
    for shares in margins.values():
        assert sum(shares.values()) == pytest.approx(1)
    assert {len(shares) for shares in margins.values()} == {10, 15, 4}


def test_gender_is_of_all_where_an_age_is_of_no_group_and_ages_of_one_group_add_up():
    people, background = read_population(), load_library().background
    age = background.variables["age"]

    def of_ages(categories):
        kept = {**background.variables, "age": replace(age, categories=categories)}
        return margins_of(people, replace(background, variables=kept))

    plain, names = margins_of(people), dict(age.categories)
    last, before = list(names)[-1], list(names)[-2]
    fewer = of_ages({code: name for code, name in names.items() if code != last})
    women = sum(share for cell, share in people.age_gender.items() if cell.endswith(":1"))
    assert fewer["gender"]["woman"] == pytest.approx(women)
    assert set(fewer["age"]) == set(names.values()) - {names[last]}
    assert not {"age", "gender"} & set(plain)
    together = of_ages({**names, last: names[before]})
    assert not {"age", "gender"} & set(together)
    both = [plain["age_gender"][f"{names[code]}:woman"] for code in (before, last)]
    assert together["age_gender"][f"{names[before]}:woman"] == pytest.approx(sum(both))


def test_age_and_gender_are_named_as_weighting_names_them():
    margins = margins_of(read_population())
    assert "18-29:woman" in margins["age_gender"]
    # 51.3 % of those aged 18 to 29 are men, and 19.2 % of adults are of that age
    assert margins["age_gender"]["18-29:man"] == pytest.approx(0.192 * 0.513)


def test_answers_are_weighted_to_the_groups_that_their_wave_kept():
    today = load_library().background
    age = replace(today.variables["age"], categories={code: f"of {code}" for code in "12345"})
    kept = replace(today, variables={"age": age})
    margins = margins_of(read_population(), kept)
    assert {cell.partition(":")[0] for cell in margins["age_gender"]} == {
        f"of {code}" for code in "12345"
    }
    assert margins["county"] == margins_of(read_population())["county"]
    for shares in margins.values():
        assert sum(shares.values()) == pytest.approx(1)


def told_of_weights(answers, people):
    weights = np.repeat([people[unit] / n for unit, n in answers.items()], [*answers.values()])
    estimated = SimpleNamespace(weights=asdict(diagnose(pd.Series(weights))))
    return _weights(SimpleNamespace(data=SimpleNamespace(population="staff")), estimated)


def test_what_is_told_of_weights_does_not_tell_how_many_answered_in_hidden_units():
    # 7 of the 10 invited in "a" and 8 of those in "b": both counts are held back, 15 follows
    people = {"a": 30, "b": 33, "c": 70, "d": 67}
    told = told_of_weights({"a": 7, "b": 8, "c": 35, "d": 30}, people)
    fits = [
        n
        for n in range(5, 11)
        if told_of_weights({"a": n, "b": 15 - n, "c": 35, "d": 30}, people) == told
    ]
    assert {6, 7, 8} <= set(fits)
    assert not {"min", "max", "n_eff"} & set(told)


@dataclass
class Promised:
    wave: dict


PROMISED = Promised({"results_day": date(2026, 6, 11)})


def test_results_come_at_the_promised_time_in_norway():
    counted = datetime(2026, 5, 29, 0, 5, tzinfo=UTC)
    assert release_time("09:00", PROMISED, now=counted) == datetime(2026, 6, 11, 7, tzinfo=UTC)
    assert release_time("at once", PROMISED, now=counted) == counted


def test_results_promised_for_an_hour_that_is_left_out_or_comes_twice_come_once_and_soon():
    counted = datetime(2027, 1, 29, tzinfo=UTC)
    # 02:30 is not on the clock: 01:30 by UTC is the moment that 02:30 would have been, 03:30
    spring = Promised({"results_day": date(2027, 3, 28)})
    moment = datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert release_time("02:30", spring, now=counted).astimezone(UTC) == moment
    # 02:30 comes twice, in summer time first
    autumn = Promised({"results_day": date(2027, 10, 31)})
    first = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert release_time("02:30", autumn, now=counted).astimezone(UTC) == first
    # counted between the two: they are there, and do not wait for the second
    between = datetime(2027, 10, 31, 1, tzinfo=UTC)
    assert release_time("02:30", autumn, now=between) == between


def test_results_that_are_late_are_released_when_they_are_there():
    late = datetime(2026, 7, 1, tzinfo=UTC)
    assert release_time("09:00", PROMISED, now=late) == late


def test_contents_agree_within_a_hundred_millionth_and_else_the_place_is_named():
    one = {"estimates": [{"mean": 71.7, "status": "published"}]}
    assert (
        first_difference(one, {"estimates": [{"mean": 71.7 + 1e-10, "status": "published"}]})
        is None
    )
    other = {"estimates": [{"mean": 71.8, "status": "published"}]}
    assert first_difference(one, other) == "content.estimates[0].mean"
    assert first_difference(one, {"estimates": []}) == "content.estimates"
    assert first_difference({"a": True}, {"a": 1.0}) == "content.a"


def test_only_the_previous_and_the_first_wave_of_each_measure_are_read_and_the_latest():
    core, main = frozenset({"KI-kjerne"}), frozenset({"KI-kjerne", "KI"})
    other = frozenset({"SIK"})
    # a main wave after: main, pulse, pulse, main, pulse, something else
    assert _needed([main, core, core, main, core, other], main) == {0, 3, 4, 5}
    assert _needed([], main) == set()


def test_the_wave_that_a_plan_looks_back_to_is_read_for_the_publication():
    old, new = {"nb": "a"}, {"nb": "b"}
    asked = [{"m": old}, {"m": new}, {}, {"m": old}, {}, {"m": new}, {}]
    before = {f"w{at}": found for at, found in enumerate(asked)}
    for now in (old, new):
        series = AskedSeries("now", {"m": now}, before)
        read = _needed([series.reached(key) for key in before], frozenset({"m"}))
        compared = series.linked().compared("m")
        assert compared == ("w3" if now is old else "w5")
        assert int(compared.removeprefix("w")) == max(read - {len(before) - 1})
