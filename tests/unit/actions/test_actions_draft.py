"""What a form for an action must hold, and what is told where it does not."""

import time
from datetime import date

import pytest

from survey_app.actions.draft import ActionChoices, read_action
from survey_app.actions.states import ActionState

TODAY = date(2026, 5, 12)
KNOWN = ActionChoices(frozenset({"ost-6", ""}), frozenset({"verdi.apenhet.3"}), frozenset({"APN"}))
RIGHT = {
    "unit": "ost-6",
    "said": "  Få forstår   hvorfor.  ",
    "what": "Første linje.\r\n\r\n\r\n\r\nAndre linje.",
    "who": "enhetsleder",
    "starts_on": "2026-01-10",
    "due_on": "01.09.2026",
    "state": "under_way",
    "statement": "verdi.apenhet.3",
    "measure": "APN",
    "visible": "yes",
}


def wrong_fields(**changed):
    draft, problems = read_action(RIGHT | changed, KNOWN, today=TODAY)
    assert (draft is None) == bool(problems)
    return [one.name for one in problems]


def test_a_right_form_becomes_a_draft_with_its_white_space_in_order():
    draft, problems = read_action(RIGHT, KNOWN, today=TODAY)
    assert problems == ()
    assert draft.said == "Få forstår hvorfor."
    assert draft.what == "Første linje.\n\nAndre linje."
    assert (draft.starts_on, draft.due_on) == (date(2026, 1, 10), date(2026, 9, 1))
    assert draft.state is ActionState.UNDER_WAY
    assert draft.visible


def test_what_nobody_sees_is_taken_out_of_what_others_read():
    said = "Få \N{RIGHT-TO-LEFT OVERRIDE}forstår\N{ZERO WIDTH SPACE} hvor\N{SOFT HYPHEN}for.\x1b\0"
    draft, _ = read_action(RIGHT | {"said": said}, KNOWN, today=TODAY)
    assert draft.said == "Få forstår hvorfor."


def test_statement_and_measure_may_be_left_out():
    assert wrong_fields(statement="", measure="") == []


@pytest.mark.parametrize("name", ["said", "what", "who"])
def test_what_is_needed_is_asked_for(name):
    assert wrong_fields(**{name: " \n "}) == [name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("unit", "ost-7"),
        ("statement", "visjon.9"),
        ("measure", "KPI"),
        ("state", "cancelled"),
        ("starts_on", "i morgen"),
        ("due_on", "2026-02-30"),
        ("due_on", "0026-02-03"),
        ("due_on", "2026-01-09"),
        ("said", "x" * 301),
    ],
)
def test_what_cannot_be_is_told_at_its_field(name, value):
    assert wrong_fields(**{name: value}) == [name]


def test_every_mistake_is_told_at_once_in_the_order_of_the_form():
    assert wrong_fields(said="", who="", due_on="", state="dropped") == [
        "said", "who", "due_on", "reason",
    ]  # fmt: skip


def test_an_action_that_has_begun_cannot_start_later():
    assert wrong_fields(starts_on="2026-05-13") == ["state"]
    assert wrong_fields(starts_on="2026-05-13", state="planned") == []


def test_a_dropped_action_needs_a_reason():
    assert wrong_fields(state="dropped") == ["reason"]
    assert wrong_fields(state="dropped", reason="Vi fikk ikke midler.") == []


@pytest.mark.parametrize(
    "contact",
    [
        *("kari@example.org", "12345678", "912 34 567", "22 33 44 55", "010190 12345"),
        "01019012345",
        # with a soft hyphen, a space of no width and a mark without any shape among the digits
        *("912\u00ad34567", "2233\u200b4455", "010190\u034f12345"),
    ],
)
def test_contact_details_and_identity_numbers_are_refused_wherever_they_stand(contact):
    for name in ("said", "what", "who", "outcome", "reason"):
        assert wrong_fields(**{name: f"Ring {contact} om dette"}) == [name]


@pytest.mark.parametrize(
    "text",
    ["118 av 175 har gjennomført.", "Fra 2025 til 2026.", "Uke 10, 11, 12 og 13", "1 847 timer"],
)
def test_ordinary_numbers_are_no_contact_details(text):
    assert wrong_fields(outcome=text) == []


def test_no_text_holds_up_who_reads_it():
    # looked for from each sign and for each @ anew, it took half a minute of the whole process
    began = time.process_time()
    assert wrong_fields(what="@" * 1500, outcome="@" * 1500) == []
    assert time.process_time() - began < 3
