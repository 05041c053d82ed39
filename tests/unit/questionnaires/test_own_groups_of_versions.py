"""A version brings groups of the public; those that the agency has stay as they were."""

from dataclasses import replace

import pytest

from questionnaires.authoring.edits import Traits, Words, add_item, retire_item, reword_item
from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.laid_over import assess, lay_over
from questionnaires.authoring.own_groups import (
    WrittenGroup,
    WrittenGroups,
    groups_end_with,
    leave_without_groups,
    read_groups,
    remove_groups,
    without_own_groups,
    write_groups,
)
from questionnaires.authoring.take_file_back import take_file_back
from questionnaires.authoring.version_files import begin_version
from questionnaires.loader import load_library
from questionnaires.parsing.background import BACKGROUND
from tests.first_versions import first_versions

FIRST = first_versions()
SEEN = {"nb": "Har sett nyheter", "nn": "Har sett nyhende", "en": "Have seen news"}
NEWS = WrittenGroups(
    "news",
    "om.fil.4",
    title={"nb": "Nyheter", "nn": "Nyhende", "en": "News"},
    word={"nb": "nyheter", "nn": "nyhende", "en": "news"},
    groups=(WrittenGroup(("1", "2", "3"), SEEN), WrittenGroup(("4",))),
)
LINES = (
    'pages = ["news"]\n\n'
    '[news]\nitem = "om.fil.4"\n'
    'categories = { "1" = "1-2-3", "2" = "1-2-3", "3" = "1-2-3", "4" = "4" }\n'
    'title = { nb = "Nyheter", nn = "Nyhende", en = "News" }\n'
    'word = { nb = "nyheter", nn = "nyhende", en = "news" }\n'
    'names.1-2-3 = { nb = "Har sett nyheter", nn = "Har sett nyhende", en = "Have seen news" }\n'
)


@pytest.fixture
def second():
    return begin_version(FIRST, "omdomme", "2021-1")


@pytest.fixture
def written(second):
    return write_groups(second, NEWS)


def test_they_are_written_as_somebody_would_by_hand(second, written):
    assert written.texts[BACKGROUND] == LINES
    assert {**written.texts, BACKGROUND: ""} == {**second.texts, BACKGROUND: ""}
    assert read_groups(written, "news") == NEWS


def test_written_again_nothing_changes_and_taken_out_all_is_as_before(second, written):
    assert write_groups(written, NEWS) == written
    assert remove_groups(written, "news") == second
    both = leave_without_groups(written, "d.arbeid")
    assert without_own_groups(both) == ("d.arbeid",)
    assert both.texts[BACKGROUND].startswith('without_groups = ["d.arbeid"]\npages = ["news"]\n')
    assert leave_without_groups(both, "d.arbeid", without=False) == written
    assert groups_end_with(written, "om.fil.4") == second


def test_a_wave_that_asks_the_question_has_them_and_pages_show_them(written, tmp_path):
    assert assess(FIRST, written).problems == ()
    before = load_library(FIRST).background
    after = load_library(lay_over(FIRST, [written], tmp_path / "laid", release=True))
    asked = after.questionnaire("omdomme")
    assert after.background.variables["news"].known(asked) == ("1-2-3", "4")
    assert after.background.pages == (*before.pages, "news")
    kept = {name: one for name, one in after.background.variables.items() if name != "news"}
    assert kept == before.variables
    later = write_groups(begin_version(FIRST, "omdomme", "2021-1"), replace(NEWS, title=NEWS.word))
    taken = assess(tmp_path / "laid", later).problems
    assert (BACKGROUND, "news taken") in {(one.file, one.key) for one in taken}


def test_groups_of_a_question_that_was_to_have_none_need_no_word_about_it_any_more(second):
    groups = tuple(WrittenGroup((code,)) for code in ("1", "2"))
    said = replace(NEWS, name="work", item="d.arbeid", groups=groups, placed=False)
    files = write_groups(leave_without_groups(second, "d.arbeid"), said)
    assert without_own_groups(files) == ()
    background = assess(FIRST, files).library.background
    assert (background.without_groups, "work" in background.variables) == ((), True)


def test_of_several_answers_any_makes_the_one_group_and_none_the_other(second):
    own = {"nb": "Ja", "nn": "Ja", "en": "Yes"}
    groups = (WrittenGroup(("1", "2"), own), WrittenGroup(("6",), own))
    said = replace(NEWS, name="met", item="om.fil.2", groups=groups, several=True)
    files = write_groups(second, said)
    assert 'yes = ["1", "2"]\nno = "6"\n' in files.texts[BACKGROUND]
    assert read_groups(files, "met") == said


def test_a_new_question_about_oneself_stops_a_version_until_it_makes_groups_or_none(second):
    new = Traits("om.fil.4", ())
    with pytest.raises(AuthoringError, match="scored_background"):
        add_item(second, "d.by", new, after="d.utd", forms=[], scale="INT", background=True)
    room = retire_item(second, "om.fil.4", second)
    files = add_item(room, "d.by", new, after="d.utd", forms=["omdomme"], background=True)
    assert (
        'id = "d.by"\nversion = 1\noptions = "om.fil.4"\nstatements = []\npurpose = "backgr'
        in (files.texts["instrument.toml"])
    )
    for language in files.languages:
        files = reword_item(files, "d.by", language, Words("?"))
    [stops] = assess(FIRST, files).problems
    assert (stops.file, stops.about) == (BACKGROUND, ("d.by",))
    assert assess(FIRST, leave_without_groups(files, "d.by")).problems == ()
    assert assess(FIRST, write_groups(files, replace(NEWS, item="d.by"))).problems == ()


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (replace(NEWS, name="Nyheter!"), "not_a_name"),
        (replace(NEWS, name="pages"), "not_a_name"),
        (replace(NEWS, groups=NEWS.groups[:1]), "too_few_groups"),
        (replace(NEWS, groups=(WrittenGroup(("1", "2")), WrittenGroup(("4",)))), "nameless_group"),
    ],
)
def test_what_is_no_group_is_refused(second, said, kind):
    with pytest.raises(AuthoringError, match=kind):
        write_groups(second, said)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('item = "om.fil.4"', 'item = "om.fil.4"\nweighted = true'),
        ('pages = ["news"]', 'pages = ["age"]'),
        ('pages = ["news"]', 'pages = "news"'),
        ("[news]", "[News]"),
        ('word = { nb = "nyheter", nn = "nyhende", en = "news" }', "word = { nb = 1 }"),
        ("[news]", '[news]\nyes = "1"'),
    ],
)
def test_a_file_with_something_else_is_not_taken_back(written, old, new):
    changed = written.texts[BACKGROUND].replace(old, new)
    with pytest.raises(AuthoringError, match="unreadable"):
        take_file_back(written, BACKGROUND, changed.encode(), [])
