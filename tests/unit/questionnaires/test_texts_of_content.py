"""What can be read but neither shown, sent nor filled in is told by file and place."""

import shutil

import pytest
from click.testing import CliRunner

from questionnaires.checks_of_texts import check_texts, look_alikes
from questionnaires.loader import load_library
from survey_app.cli import barometer
from tests.agencies import FIRST, SECOND


def changed(tmp_path, file, old, new):
    root = tmp_path / "content"
    shutil.copytree(SECOND, root)
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return root


@pytest.mark.parametrize("agency", [FIRST, SECOND])
def test_what_can_be_shown_and_sent_passes(agency):
    assert list(check_texts(load_library(agency))) == []


WORD = '"etaten" = "kommunen"'
NAME = 'nb = "kommunen"'
HEAD = '[mail.invitation]\nsubject = "'


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            "messages/nb.toml", HEAD, HEAD + "A\\n",
            "messages/nb.toml: mail.invitation.subject: the subject of a mail is one line",
        ),
        ("agency.toml", WORD, '"etaten" = "<b>kommunen</b>"', "agency.toml: words nb etaten: «<b>"),
        ("agency.toml", WORD, '"etaten" = "100 % kommune"', "agency.toml: words nb etaten: «100"),
        ("agency.toml", WORD, '"etaten" = " "', "agency.toml: words nb etaten: « » is no word"),
        ("agency.toml", NAME, 'nb = "kom\\u0000munen"', "agency.toml: in_sentence nb: "),
        ("agency.toml", NAME, 'nb = "kom\\u202Emunen"', "nobody sees (U+202E)"),
        ("agency.toml", NAME, 'nb = "\\u3164"', "no sign that can be seen"),
        ("agency.toml", NAME, 'nb = "\\u200B \\u200B"', "no sign that can be seen"),
    ],
)  # fmt: skip
def test_what_cannot_is_a_sentence_with_file_and_place(tmp_path, file, old, new, told):
    root = changed(tmp_path, file, old, new)
    [problem] = check_texts(load_library(root))
    assert told in str(problem)


def test_indices_of_a_later_strategy_are_looked_through_too(tmp_path):
    root = changed(tmp_path, "agency.toml", NAME, NAME)
    library = load_library(root)
    (root / "indices").mkdir(exist_ok=True)
    (root / "indices" / "2031-1.toml").write_text('[X.title]\nnb = "Til\\u202Elit"\n')
    [problem] = check_texts(library)
    assert str(problem).startswith("indices/2031-1.toml: X title nb: ")


@pytest.mark.parametrize("place", ["{antall}", "{items", "{}"])
def test_a_name_of_a_measure_has_only_places_that_are_filled_in(tmp_path, place):
    root = tmp_path / "content"
    shutil.copytree(FIRST, root)
    file = root / "measures.toml"
    text = file.read_text(encoding="utf-8")
    assert 'nb = "Kulturindeks ({items} spørsmål)"' in text
    file.write_text(text.replace('nb = "Kulturindeks ({items}', f'nb = "Kulturindeks ({place}', 1))
    [problem] = check_texts(load_library(root))
    assert "only {items} and {parts} are filled in" in str(problem)


def test_the_command_tells_it(tmp_path):
    root = changed(tmp_path, "agency.toml", WORD, '"etaten" = "kommunen %"')
    done = CliRunner().invoke(barometer, ["questionnaire", "check", str(root)])
    assert "agency.toml: words nb etaten: «kommunen %» is no word" in str(done.exception)


def test_signs_that_look_like_others_are_noted_and_no_mistake(tmp_path):
    root = changed(tmp_path, "agency.toml", NAME, 'nb = "komm\\u0443nen"')
    done = CliRunner().invoke(barometer, ["questionnaire", "check", str(root)])
    assert done.exit_code == 0, done.output
    told = (
        "note: agency.toml, in_sentence nb: in «komm\u0443nen» a sign (U+0443) looks like another"
    )
    assert told in done.output
    assert "no mistakes" in done.output


def test_of_many_such_texts_some_are_noted_and_none_of_what_is_released(tmp_path):
    root = tmp_path / "content"
    (root / "messages").mkdir(parents=True)
    (root / "instruments" / "x" / "v1").mkdir(parents=True)
    (root / "released.toml").write_text('"instruments/x/v1" = "sha256:0"\n')
    many = "".join(f'a{at} = "l\u0435der"\n' for at in range(25))
    (root / "messages" / "nb.toml").write_text(many, encoding="utf-8")
    (root / "instruments" / "x" / "v1" / "text.nb.toml").write_text(many, encoding="utf-8")
    notes = list(look_alikes(root))
    assert len(notes) == 21
    assert {one.partition(",")[0] for one in notes[:20]} == {"note: messages/nb.toml"}
    assert notes[-1] == "note: 5 more texts have such signs"
