"""Which agency's demo has the documented people: told by what the content asks."""

import shutil

import pytest

from questionnaires.content import SETTING
from survey_app.commands.init import write_content
from survey_app.simulation.documented import documented
from survey_app.simulation.plain_staff import REGISTER
from tests.agencies import FIRST, SECOND


@pytest.fixture
def content(tmp_path, monkeypatch):
    """A copy of the first agency's content, which this process reads."""
    root = tmp_path / "content"
    shutil.copytree(FIRST, root)
    monkeypatch.setenv(SETTING, str(root))
    return root


def test_content_that_asks_their_questions_has_them_wherever_it_lies(content):
    assert documented()


def test_units_of_its_own_have_people_of_their_own(content):
    shutil.copy(SECOND / REGISTER, content / REGISTER)
    assert not documented()


def test_other_questions_are_answered_by_plain_models(tmp_path, monkeypatch):
    monkeypatch.setenv(SETTING, str(SECOND))
    assert not documented()
    write_content(tmp_path / "ours")
    monkeypatch.setenv(SETTING, str(tmp_path / "ours"))
    assert not documented()
