"""Whoever reads a publication meets no figure that it must not hold, and no sign nobody sees."""

import copy
import json

import pytest

from survey_app.publications.formats import read_content
from survey_app.publications.untold import LONGEST, figures_not_shown, figures_of_few
from tests.builders_publication import public_series, staff_series
from tests.exported import poison_in, poisoned, shows, smuggled

STAFF, PUBLIC = staff_series()[3], public_series()[-1]
BOTH = pytest.mark.parametrize("content", [STAFF, PUBLIC], ids=["staff", "public"])


def read(content):
    return read_content(json.dumps(content).encode())


@BOTH
def test_no_figure_of_fewer_than_the_minimum_group_is_read_nor_what_hangs_on_it(content):
    spoilt = smuggled(content)
    assert poison_in(json.dumps(spoilt))
    assert poison_in(json.dumps(read(spoilt))) == []
    few = next(row for row in spoilt["estimates"] if row["n"] == 3)
    [found] = [
        row for row in read(spoilt)["estimates"]
        if all(row[name] == few[name] for name in few if isinstance(few[name], str))
    ] or [None]  # fmt: skip
    assert found is None or not shows(found)


@BOTH
def test_what_hangs_on_a_mean_that_is_shown_is_read_as_it_was(content):
    told = read(content)
    for table in ("pooled", "trends", "statements", "drivers"):
        assert told[table] == content[table]
    assert [row["status"] for row in told["changes"]] == [
        row["status"] for row in content["changes"]
    ]


@BOTH
def test_figures_that_a_publication_must_not_hold_are_found_in_it(content):
    assert not [*figures_of_few(content), *figures_not_shown(content)]
    assert any(figures_of_few(smuggled(content)))
    assert any(figures_not_shown(poisoned(content)))


def test_how_many_answered_in_the_whole_is_told_however_few_they_are():
    content = copy.deepcopy(STAFF)
    whole = next(one for one in content["domains"] if one["level"] == "agency")
    whole["answered"] = 3
    assert read(content)["domains"][0]["answered"] == 3


def test_names_are_read_without_signs_that_nobody_sees_and_not_without_end():
    content = copy.deepcopy(STAFF)
    unit = next(one for one in content["domains"] if one["level"] == "unit")
    unit["name"] = "Sør\0\x07\x1b \u202e1\ufffe"
    content["wave"]["labels"]["name"]["nb"] = "x" * 10_000
    told = read(content)
    assert next(one["name"] for one in told["domains"] if one["code"] == unit["code"]) == "Sør 1"
    assert told["wave"]["labels"]["name"]["nb"] == "x" * (LONGEST - 1) + "…"
