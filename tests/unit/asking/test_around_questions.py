"""Whoever approves a version reads what changed around its questions, too."""

from dataclasses import replace

import pytest

from questionnaires.model import Block, Condition
from survey_app.asking.instruments.around_questions import around_questions
from tests.builders_questionnaire import a_questionnaire, an_item, text

NAMES = ("a.1", "a.2", "a.3", "a.4", "a.5", "a.6")


def form(*blocks, ends=None):
    """A form of blocks, each a text before it (or none) and its questions."""
    asked = a_questionnaire([an_item(one) for one in NAMES])
    made = tuple(Block(None, tuple(items), intro) for intro, *items in blocks)
    return replace(asked, form=replace(asked.form, blocks=made, screen_out=ends))


BEFORE = form((None, "a.1"), (text("Tenk på uken."), "a.2", "a.3"), (None, "a.4"))


def told(after, before=BEFORE):
    """Each text that differs: what follows it, and its pieces in bokmål."""
    found = around_questions(before, after, "nb").intros
    return [(one.question["nb"], *one.words["nb"][0].pieces) for one in found]


def test_the_same_form_differs_in_nothing():
    found = around_questions(BEFORE, BEFORE, "nb")
    assert (found.intros, found.moved, found.ends) == ((), (), "")


def test_a_text_before_a_part_is_told_where_it_was_changed_added_or_taken_out():
    other = form((None, "a.1"), (text("Tenk på året."), "a.2", "a.3"), (None, "a.4"))
    assert told(other) == [("a.2", ("kept", "Tenk på"), ("out", "uken."), ("in", "året."))]
    more = form((text("Hei."), "a.1"), (text("Tenk på uken."), "a.2", "a.3"), (None, "a.4"))
    assert told(more) == [("a.1", ("in", "Hei."))]
    none = form((None, *NAMES))
    assert told(none) == [("a.2", ("out", "Tenk på uken."))]


def test_a_text_before_another_part_or_before_one_part_less_is_told():
    moved = form((None, "a.1"), (None, "a.2", "a.3"), (text("Tenk på uken."), "a.4"))
    assert told(moved) == [("a.4", ("in", "Tenk på uken.")), ("a.2", ("out", "Tenk på uken."))]
    later = form((None, "a.1", "a.2"), (text("Tenk på uken."), "a.3"), (None, "a.4"))
    assert told(later) == [("a.3", ("in", "Tenk på uken.")), ("a.2", ("out", "Tenk på uken."))]
    twice = form(*[(text("Tenk på uken."), one) for one in NAMES[:4]])
    once = form((text("Tenk på uken."), "a.1", "a.2", "a.3"), (text("Tenk på uken."), "a.4"))
    gone = ("out", "Tenk på uken.")
    assert told(once, before=twice) == [("a.2", gone), ("a.3", gone)]


def test_a_text_that_stays_or_came_in_another_language_is_no_difference():
    # the part is divided, or its first question is another, and its text still stands before it
    assert told(form((None, "a.1"), (text("Tenk på uken."), "a.2"), (None, "a.3", "a.4"))) == []
    assert told(form((None, "a.1"), (text("Tenk på uken."), "a.3"), (None, "a.4", "a.2"))) == []
    later = {**text("Tenk på uken."), "se": "Jurddaš vahku."}
    assert told(form((None, "a.1"), (later, "a.2", "a.3"), (None, "a.4"))) == []


def test_a_question_that_changes_places_with_one_that_has_a_text_takes_no_text_along():
    before = form((text("Tenk på uken."), "a.1", "a.2"), (text("Tenk på året."), "a.3"))
    after = form((text("Tenk på uken."), "a.2"), (text("Tenk på året."), "a.1", "a.3"))
    assert told(after, before=before) == []


def test_as_few_questions_are_called_moved_as_tell_the_new_order():
    new = form((None, "a.4", "a.1"), (text("Tenk på uken."), "a.2", "a.3"))
    assert [one["nb"] for one in around_questions(BEFORE, new, "nb").moved] == ["a.4"]
    # «a.5» and «a.6» still stand side by side, and yet it is three others that stayed
    mixed = form((None, "a.5", "a.6", "a.1", "a.3", "a.2", "a.4"))
    found = around_questions(form((None, *NAMES)), mixed, "nb").moved
    assert [one["nb"] for one in found] == ["a.5", "a.6", "a.2"]


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (Condition("a.1", ("1", "2"), negate=False), "for den som svarer «1» eller «2» på «a.1»"),
        (Condition("a.1", ("1",), negate=True), "for den som ikke svarer «1» på «a.1»"),
        (None, "ikke lenger tidlig for noen"),
        (Condition("a.9", ("1",), negate=False), ""),
    ],
)
def test_whom_a_form_ends_for_is_told_where_that_changed(ends, said):
    was = form((None, *NAMES), ends=Condition("a.2", ("1",), negate=False))
    assert said in around_questions(was, form((None, *NAMES), ends=ends), "nb").ends
