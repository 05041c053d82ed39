import json
from datetime import date

import pytest

from survey_app.events.draft import MOST, read_event, text_fields
from survey_app.events.kinds import EventKind, Shape, Side
from survey_app.events.queries import words_by_language

TODAY = date(2026, 5, 12)
FORM = {
    "side": "staff",
    "text_nb": "Omorganisering i sør",
    "day": "2025-01-21",
    "kind": "reform",
    "shape": "decay",
    "place": "sor",
}


def read(**changed):
    return read_event(FORM | changed, (Side.STAFF,), {"", "sor"}, today=TODAY)


def test_a_filled_in_form_is_an_event():
    draft, problems = read(text_nb="  Omorga\u00adnisering\n\u202e i sør ")
    assert not problems
    assert (draft.day, draft.kind, draft.shape) == (
        date(2025, 1, 21),
        EventKind.REFORM,
        Shape.DECAY,
    )
    assert (draft.text, draft.place, draft.open) == ({"nb": "Omorganisering i sør"}, "sor", False)


def test_only_what_is_of_the_whole_agency_is_open():
    assert [read(open="yes", place=place)[0].open for place in ("", "sor")] == [True, False]


def test_one_language_is_enough_whichever_it_is():
    draft, problems = read(text_nb="", text_en="Reorganisation in the south")
    assert not problems
    assert draft.text == {"en": "Reorganisation in the south"}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"text_nb": ""}, "text_nb"),
        ({"text_nb": "a" * (MOST + 1)}, "text_nb"),
        ({"text_nn": "Ring 98 76 54 32"}, "text_nn"),
        ({"text_nn": "Ring 98\u00ad765432"}, "text_nn"),
        ({"text_en": "ask ola@example.org"}, "text_en"),
        ({"day": "i går"}, "day"),
        ({"day": "2026-05-13"}, "day"),
        ({"kind": "gossip"}, "kind"),
        ({"shape": ""}, "shape"),
        ({"place": "vest"}, "place"),
        ({"side": "public"}, "side"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(changed, field):
    draft, problems = read(**changed)
    assert draft is None
    assert [one.name for one in problems] == [field]


def test_an_event_of_the_public_is_about_the_whole_agency():
    draft, _ = read_event(FORM | {"side": "public"}, (Side.PUBLIC,), {""}, today=TODAY)
    assert draft.place == ""


NO_COLUMNS = {"nb": "", "nn": "", "en": ""}


def test_words_stand_in_the_order_of_the_agencys_languages_and_others_after_them():
    stored = json.dumps({"en": "Reform", "se": "Juoga", "nb": "Omorganisering"})
    found = words_by_language(stored, NO_COLUMNS)
    assert list(found.items()) == [("nb", "Omorganisering"), ("en", "Reform"), ("se", "Juoga")]


def test_an_event_may_be_told_in_a_language_that_has_no_column():
    assert words_by_language({"se": "Juoga dáhpáhuvai"}, NO_COLUMNS) == {"se": "Juoga dáhpáhuvai"}


def test_what_the_version_before_wrote_meanwhile_is_read():
    assert words_by_language("{}", NO_COLUMNS | {"nn": "Noko hende"}) == {"nn": "Noko hende"}
    assert words_by_language({"nb": "Før", "se": "Juoga"}, NO_COLUMNS | {"nb": "Etter"}) == {
        "nb": "Etter", "se": "Juoga",
    }  # fmt: skip


def test_a_form_asks_for_the_agencys_languages_and_reads_no_other():
    draft, _ = read(text_se="Juoga")
    assert set(draft.text) == {"nb"}
    assert text_fields() == ("text_nb", "text_nn", "text_en")
