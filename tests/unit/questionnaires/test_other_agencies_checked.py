"""Agencies unlike ours pass the check, and are told what no figure will come of."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from questionnaires.unread import unread
from survey_app.cli.offline import questionnaire_check
from tests.agencies import FIRST, SECOND
from tests.other_agencies import PUBLIC_ALONE, STAFF_ALONE, content_of


def checked(name, folder):
    return checked_in(content_of(name, folder))


def checked_in(content):
    done = CliRunner().invoke(questionnaire_check, [str(content)])
    assert done.exit_code == 0, done.output
    return done.output.splitlines()


@pytest.mark.parametrize("name", [STAFF_ALONE, PUBLIC_ALONE])
def test_who_asks_staff_alone_or_the_public_alone_has_no_mistakes(name, tmp_path):
    assert checked(name, tmp_path)[-1].endswith("no mistakes")


def test_a_group_by_what_is_kept_of_nobody_who_was_drawn_is_told(tmp_path):
    notes = [line for line in checked(PUBLIC_ALONE, tmp_path) if line.startswith("note: ")]
    # age, gender and county are told by the sample file; the open form draws nobody
    assert [note.split()[1] for note in notes] == ["trade", "boat"]
    assert all("is kept of nobody, and sea has no figure by it" in note for note in notes)
    # whose groups it is, and who would lose them
    assert all(note.endswith("weight by it, or leave it for sea.open, which draws nobody")
               for note in notes)  # fmt: skip


def test_a_variable_that_no_other_form_asks_may_be_taken_out(tmp_path):
    content = content_of(PUBLIC_ALONE, tmp_path)
    forms = content / "forms.toml"
    text = forms.read_text(encoding="utf-8")
    drawn, _, _ = text.partition('["sea.open"]')
    forms.write_text(drawn, encoding="utf-8")
    done = CliRunner().invoke(questionnaire_check, [str(content)])
    notes = [line for line in done.output.splitlines() if line.startswith("note: ")]
    assert len(notes) == 2
    assert all(note.endswith("weight by it, or take the variable out") for note in notes)


MISNAMED = {
    "measure.toml": "correct its name or its folder, or take it out",
    "instruments/sea/utkast/instrument.toml": "correct its name or its folder, or take it out",
    "instruments/sea/v1/text.sv.toml": "add its language to agency.toml, or take the file out",
    "locales/nb/words.po": "correct its name or its folder, or take it out",
    "messages/sv.toml": "add its language to agency.toml, or take the file out",
    "strategy/map/2020-1_2021-1.toml": "correct its name or its folder, or take it out",
}


def test_a_file_that_nothing_reads_is_told_with_what_mends_it(tmp_path):
    content = content_of(PUBLIC_ALONE, tmp_path)
    for name in (*MISNAMED, ".git/kept.toml", "README.md"):
        (content / name).parent.mkdir(parents=True, exist_ok=True)
        (content / name).write_text("", encoding="utf-8")
    told = [line for line in checked_in(content) if "nothing reads" in line]
    assert told == [
        f"note: nothing reads {name}: {MISNAMED[name]}" for name in sorted(MISNAMED, key=Path)
    ]


@pytest.mark.parametrize(
    ("content", "languages"), [(FIRST, ("nb", "nn", "en")), (SECOND, ("nb", "se"))]
)
def test_of_whole_content_every_file_is_read(content, languages):
    assert not [*unread(content, languages)]
