"""The lines of ``released.toml`` are printed by a command, and the check holds content to them."""

import shutil

import pytest
from click.testing import CliRunner

from questionnaires.errors import QuestionnaireErrors
from questionnaires.loader import unreleased_hashes
from questionnaires.whole import check_content
from survey_app.cli.offline import questionnaire_hashes
from survey_app.commands.init import write_content
from tests.agencies import FIRST


@pytest.fixture
def content(tmp_path):
    write_content(tmp_path / "content")
    return tmp_path / "content"


def printed(folder):
    done = CliRunner().invoke(questionnaire_hashes, [str(folder)])
    assert done.exit_code == 0, done.output
    return done.output


def test_what_is_printed_is_released_once_it_stands_in_the_file(content):
    lines = printed(content)
    named = [line.partition('" = "sha256:')[0].strip('"') for line in lines.splitlines()]
    assert {"strategy/2027-1", "instruments/medarbeider/v1", "indices/2027-1/KI"} <= set(named)
    with (content / "released.toml").open("a", encoding="utf-8") as released:
        released.write(lines)
    check_content(content)
    assert printed(content) == ""

    words = content / "instruments" / "medarbeider" / "v1" / "text.en.toml"
    words.write_text(words.read_text("utf-8").replace("listen", "talk"), encoding="utf-8")
    with pytest.raises(QuestionnaireErrors, match="instruments/medarbeider/v1: the content"):
        check_content(content)


def test_what_belongs_to_a_strategy_that_is_not_adopted_is_not_printed(tmp_path):
    root = shutil.copytree(FIRST, tmp_path / "content")
    (root / "released.toml").write_text("", encoding="utf-8")
    named = unreleased_hashes(root)
    assert "strategy/2021-1" in named
    assert not [one for one in named if "2027-1" in one]
