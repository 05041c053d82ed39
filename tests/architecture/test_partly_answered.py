"""What a scale and its items differ by tells no score of the few who left some out (ADR 0156).

The attacks of `tests.attack.partly_answered` are granted who left which item blank, and must find
what stands in publications whose scales are the means of their people's scores.
"""

import numpy as np
import pandas as pd
import pytest

from analytics import pipeline
from analytics.workbench.analyse import analyse
from analytics.workbench.file import told_scales
from survey_app.publishing.computing.compute import compute
from tests.attack.partly_answered import bounded, of_file, whole_numbers
from tests.attack.waves import History, Released
from tests.attack.whole_numbers import Reader

ROOM = 20.0  # points (anonymity-design.md 7.4)
DUST = 1e-6


def history(people, waves):
    return History(people, 1, waves=waves).run()


def as_scored(monkeypatch):
    """Publish as before scales of cells with few such people followed from their items."""
    monkeypatch.setattr(pipeline, "without_partial_answers", lambda _, __, scales, *___: scales)


def told(released, **known):
    """Bound the scores of all who are few in each wave by all that is shown until then."""
    found, before = [], {}
    for one in released:
        found += bounded(Reader(one, one.content), before, ROOM, **known)
        before[one.key] = one.content
    narrow = [one for one in found if one.room < ROOM - DUST]
    print(f"{len(found)} times few people, {len(narrow)} with less than {ROOM:g} points,"
          f" the least {min(one.room for one in found):.1f}")  # fmt: skip
    return found, narrow


def tried(one):
    """Try the whole numbers of each unit that shows a scale and its items."""
    found = list(whole_numbers(Reader(one, one.content)))
    narrow = [one for one in found if one.room < ROOM - DUST]
    print(f"whole numbers: {len(found)} times few people, {len(narrow)} with less than 20 points")
    return found, narrow


def test_no_score_of_the_few_who_answered_in_part_is_known_within_20_points():
    found, narrow = told(history(900, 1))
    assert len(found) > 20
    assert not narrow


def test_the_same_attacks_find_scores_where_scales_are_the_means_of_their_people(monkeypatch):
    as_scored(monkeypatch)
    one = history(900, 1)[-1]
    assert len(told([one], filled=False)[1]) > 1
    found, narrow = tried(one)
    assert len(narrow) == len(found) > 1


@pytest.mark.slow
def test_no_score_is_known_in_main_waves_nor_by_changes_nor_after_a_reorganisation():
    found, narrow = told(History(900, 1, waves=4, reorganised_at=2).run())
    assert len(found) > 100
    assert not narrow


@pytest.mark.slow
def test_whole_numbers_find_hundreds_of_scores_in_a_main_wave_of_people_s_means(monkeypatch):
    as_scored(monkeypatch)
    # the first of four is the main wave: the others are pulses to a third
    inputs = History(2500, 1, waves=4).inputs(0)
    assert inputs.data.kind == "main"
    found, narrow = tried(Released(inputs, compute(inputs)))
    assert len(found) > 50
    assert len(narrow) > 0.8 * len(found)


FILE = {
    "scales": {"scale": {"items": ["a", "b", "c"], "minimum": 1, "maximum": 5}}
    | {item: {"items": [item], "minimum": 1, "maximum": 5} for item in ("a", "b", "c")},
    "domains": {"by": ["unit", "age"]},
    "disclosure": {"minimum": 5},
}


def a_file(seed=1, units=60):
    """Units of 12 to 40 people who answer their unit's way; one answer in fifty is missing."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(units), rng.integers(12, 41, units))
    way = 3.4 + rng.normal(0, 0.4, units)[unit] + rng.normal(0, 0.8, len(unit))
    answers = (way[:, None] + rng.normal(0, 0.7, (len(unit), 3))).round().clip(1, 5)
    answers[rng.random(answers.shape) < 0.02] = np.nan
    data = pd.DataFrame(answers, columns=["a", "b", "c"])
    return data.assign(unit=[f"u{one:02d}" for one in unit], age=rng.choice(["y", "o"], len(unit)))


def tried_of_file(data):
    found = list(of_file(analyse(data, FILE).result, data, "unit", ["a", "b", "c"]))
    right = [one for one, score in found if one.room < ROOM and one.low <= score <= one.high]
    print(f"files: {len(found)} times one person, {len(right)} scores told within 20 points")
    return found, right


def test_a_protected_file_tells_no_score_and_its_scale_follows_from_the_items_beside_it():
    data = a_file()
    found, right = tried_of_file(data)
    assert len(found) > 15
    # where a window that small is guessed by chance it holds one score in five or six
    assert len(right) < 0.4 * len(found)
    rows = {
        (row["index"], *row["domain"].values()): row
        for row in analyse(data, FILE).result["estimates"]
        if row["status"] == "published"
    }
    for one, _ in found:
        scale, *items = (rows[name, one.unit] for name in ("scale", "a", "b", "c"))
        total, n = sum(row["mean"] for row in items), scale["n"]
        filled = [
            row["mean"] * row["n"] + (n - row["n"]) * (total - row["mean"]) / 2 for row in items
        ]
        assert scale["mean"] == pytest.approx(sum(filled) / 3 / n, abs=0.11)


def test_the_same_attack_finds_scores_where_files_show_the_means_of_people(monkeypatch):
    monkeypatch.setattr(told_scales, "cells_of_few", lambda *_: np.zeros(1, dtype=bool))
    found, right = tried_of_file(a_file())
    assert len(right) == len(found) > 15
