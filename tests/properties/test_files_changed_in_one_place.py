"""A file of content with anything in the place of one value is taken, or told of in sentences."""

from __future__ import annotations

import copy
import shutil
import tomllib
from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import tomlkit
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.laid_over import assess
from questionnaires.authoring.remarks import remarks_on
from questionnaires.authoring.take_file_back import take_file_back
from questionnaires.authoring.version_files import begin_version, read_version_files
from questionnaires.errors import QuestionnaireErrors
from questionnaires.loader import load_library
from questionnaires.population import PopulationError, read_population
from survey_app.asking.campaigns.campaign_file import read_campaign
from survey_app.asking.errors import CampaignProblems
from tests.agencies import FIRST
from tests.asking_builders import CAMPAIGN
from tests.examples import examples

ODD: tuple[Any, ...] = (
    "", 0, -1, 10**18, 10**400, -0.5, 1.5, float("nan"), float("inf"), True, [], [[]], [{}],
    {}, {"x": 1}, {"nb": 1}, {"xx": "y"}, ["a", "a"], [1, "a"], "x" * 5000, "9" * 5000, "a\nb",
    "\u202eabc", "../../etc/passwd", "2026-02-30", "{x}", "%(x)s", "é", date(1, 1, 1),
    datetime(2026, 1, 1, tzinfo=UTC), time(1, 2),
)  # fmt: skip
TAKEN_OUT = object()


def _places(value: object, above: tuple = ()) -> list[tuple]:
    inside = value.items() if isinstance(value, dict) else enumerate(value)  # type: ignore[arg-type]
    found = []
    for key, one in inside:
        found.append((*above, key))
        if isinstance(one, dict | list):
            found += _places(one, (*above, key))
    return found


def _at(value: Any, place: tuple) -> Any:
    for key in place:
        value = value[key]
    return value


@st.composite
def changed(draw, text: str) -> str:
    """Put something odd, or what stands elsewhere, in the place of a value, or take it out."""
    tables = tomllib.loads(text)
    places = _places(tables)
    assume(places)
    place = draw(st.sampled_from(places))
    other = copy.deepcopy(_at(tables, draw(st.sampled_from(places))))
    value = draw(st.sampled_from([*ODD, other, TAKEN_OUT]))
    around = _at(tables, place[:-1])
    if value is TAKEN_OUT:
        del around[place[-1]]
    else:
        around[place[-1]] = value
    return tomlkit.dumps(tables)


@pytest.fixture
def root(tmp_path_factory):
    folder = tmp_path_factory.getbasetemp() / "content"
    if not folder.exists():
        shutil.copytree(FIRST, folder)
    return folder


@given(st.data())
@settings(examples(8, audit=800), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_content_is_read_or_its_mistakes_are_told(root, data):
    path = data.draw(st.sampled_from(sorted(root.rglob("*.toml"))))
    before = path.read_text("utf-8")
    path.write_text(data.draw(changed(before)), "utf-8")
    try:
        with suppress(QuestionnaireErrors):
            load_library(root)
        with suppress(PopulationError):
            assert min(read_population(root=root).age_gender.values()) > 0
    finally:
        path.write_text(before, "utf-8")


@given(st.data())
@examples(6, audit=500)
def test_a_version_that_came_back_from_elsewhere_is_assessed_or_refused(data):
    files = begin_version(FIRST, "verdipuls", "2021-1")
    earlier = [read_version_files(FIRST, files.key, one) for one in range(1, files.version)]
    name = data.draw(st.sampled_from(sorted(files.texts)))
    text = data.draw(changed(files.texts[name]))
    with suppress(AuthoringError):
        taken = take_file_back(files, name, text.encode(), earlier)
        library = assess(FIRST, taken).library
        remarks_on(library, library.items)


@given(changed(CAMPAIGN))
@examples(100, audit=2000)
def test_a_campaign_is_read_or_its_mistakes_are_told(text):
    with suppress(CampaignProblems):
        read_campaign(text, load_library())
