"""A wave has the groups that it was planned with; those that were added since are of later ones."""

import pytest

from questionnaires.authoring.laid_over import lay_over
from questionnaires.authoring.own_groups import WrittenGroup, WrittenGroups, write_groups
from questionnaires.authoring.version_files import begin_version
from questionnaires.content import LAID, LAID_OVER, SETTING
from questionnaires.loader import load_library
from survey_app.waves.plan import background_as_planned, plan_tables, units_of
from tests.first_versions import first_versions

WORDS = dict.fromkeys(("nb", "nn", "en"), "news")


@pytest.fixture
def asked(monkeypatch):
    for name in (LAID, LAID_OVER):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv(SETTING, str(first_versions()))
    return load_library().questionnaire("omdomme")


def hash_of_plan(asked):
    return plan_tables(asked, units_of(()), population="public", minimum_group=5).hash


def groups(asked, plan_hash):
    whom = ("open", "public")
    return background_as_planned(asked, plan_hash, populations=whom, minimum_group=5).variables


def test_groups_that_were_added_since_are_left_out(asked, monkeypatch, tmp_path):
    before, planned = load_library().background.variables, hash_of_plan(asked)
    said = tuple(WrittenGroup((code,)) for code in ("1", "4"))
    begun = begin_version(first_versions(), "omdomme", "2021-1")
    files = write_groups(begun, WrittenGroups("news", "om.fil.4", WORDS, WORDS, said))
    laid = lay_over(first_versions(), [files], tmp_path / "laid", release=True)
    monkeypatch.setenv(SETTING, str(laid))
    assert groups(asked, planned) == before
    assert [*groups(asked, hash_of_plan(asked))] == [*before, "news"]
    assert [*groups(asked, "sha256:of-other-rules")] == [*before, "news"]
