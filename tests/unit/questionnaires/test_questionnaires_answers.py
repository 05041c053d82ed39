"""From the fields of a form to stored integers, with filters, and back."""

import pytest

from questionnaires.answers import (
    answered_share,
    asked,
    decode_answers,
    encode_answers,
    screened_out,
)
from questionnaires.errors import AnswerError
from questionnaires.loader import load_library
from questionnaires.model import NOT_ANSWERED, NOT_APPLICABLE, NOT_ASKED, PREFER_NOT

LIBRARY = load_library()
PULSE = LIBRARY.questionnaire("verdipuls.k1")
MAIN = LIBRARY.questionnaire("verdipuls.main")
PUBLIC = LIBRARY.questionnaire("omdomme")


def stored(q, **fields):
    given = {name.replace("_", "."): codes for name, codes in fields.items()}
    return dict(zip(q.columns, encode_answers(q, given), strict=True))


def test_the_columns_are_the_items_and_the_boxes_that_can_be_ticked():
    assert PULSE.columns == PULSE.form.items
    assert len(PUBLIC.columns) == 35 + 8 + 7
    assert PUBLIC.columns[:3] == ("om.fil.1", "om.fil.2:1", "om.fil.2:2")
    assert "om.fil.2:vs" in PUBLIC.columns


def test_an_empty_form_stores_that_nothing_was_answered():
    assert encode_answers(PULSE, {}) == (NOT_ANSWERED,) * 15
    assert encode_answers(PULSE, {"vp.try.1": [""]}) == (NOT_ANSWERED,) * 15


def test_codes_are_stored_as_the_integers_of_their_options():
    found = stored(MAIN, vp_try_1=["4"], vp_amb_1=["10"], vp_apn_1=["vi"], vp_hen_1=["vs"])
    assert found["vp.try.1"] == 4
    assert found["vp.amb.1"] == 10
    assert found["vp.apn.1"] == NOT_APPLICABLE
    assert found["vp.hen.1"] == PREFER_NOT


def test_a_county_is_stored_by_its_number():
    assert stored(PUBLIC, d_fylke=["03"])["d.fylke"] == 3


def test_ticked_boxes_are_ones_among_noughts():
    found = stored(PUBLIC, om_fil_3=["2", "5"])
    assert [found[f"om.fil.3:{code}"] for code in "1234567"] == [0, 1, 0, 0, 1, 0, 0]
    assert found["om.fil.2:1"] == NOT_ANSWERED


def test_declining_a_checkbox_question_is_kept_apart_from_saying_no():
    found = stored(PUBLIC, om_fil_2=["vs"])
    assert found["om.fil.2:1"] == PREFER_NOT
    assert found["om.fil.2:vs"] == 1
    both = stored(PUBLIC, om_fil_2=["1", "vs"])
    assert (both["om.fil.2:1"], both["om.fil.2:2"]) == (1, 0)


def test_platforms_are_asked_of_those_who_have_met_a_channel():
    assert stored(PUBLIC, om_fil_3=["2"], om_pla_1=["4"])["om.pla.1"] == 4
    assert stored(PUBLIC, om_fil_3=["2"])["om.pla.1"] == NOT_ANSWERED


@pytest.mark.parametrize("channels", [["6"], ["7"], [], ["6", "7"]])
def test_platforms_are_not_asked_of_others_whatever_they_filled_in(channels):
    found = stored(PUBLIC, om_fil_3=channels, om_pla_1=["4"])
    assert [found[f"om.pla.{number}"] for number in (1, 2, 3, 4)] == [NOT_ASKED] * 4


@pytest.mark.parametrize(
    ("age", "work", "expected"),
    [
        (["1"], ["1"], 5),
        (["3"], ["2"], 5),
        (["4"], ["1"], NOT_ASKED),
        (["5"], [], NOT_ASKED),
        (["2"], ["3"], NOT_ASKED),
        ([], ["3"], NOT_ASKED),
        ([], [], 5),
        (["2"], ["vs"], 5),
    ],
)
def test_applying_for_a_job_is_asked_unless_age_or_retirement_contradicts(age, work, expected):
    found = stored(PUBLIC, ea_2=["5"], d_alder=age, d_arbeid=work)
    assert found["ea.2"] == expected


def test_whoever_works_in_the_agency_is_not_in_the_population():
    assert screened_out(PUBLIC, {"om.fil.2": ["7"]})
    assert screened_out(PUBLIC, {"om.fil.2": ["1", "7"]})
    assert not screened_out(PUBLIC, {"om.fil.2": ["6"]})
    assert not screened_out(PUBLIC, {})
    assert not screened_out(PULSE, {"om.fil.2": ["7"]})


def test_an_unknown_code_is_refused_with_the_item_and_without_the_code():
    with pytest.raises(AnswerError) as caught:
        encode_answers(PULSE, {"vp.try.1": ["hemmelig"]})
    assert caught.value.item == "vp.try.1"
    assert "hemmelig" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_two_answers_to_a_single_choice_are_refused():
    with pytest.raises(AnswerError, match=r"vp\.try\.1: several codes"):
        encode_answers(PULSE, {"vp.try.1": ["1", "2"]})


def test_other_fields_of_the_page_are_ignored():
    assert encode_answers(PULSE, {"lang": ["nn"]}) == encode_answers(PULSE, {})


def test_stored_answers_that_nobody_can_have_given_are_refused():
    values = list(encode_answers(PUBLIC, {"om.fil.3": ["6"]}))
    with pytest.raises(AnswerError, match="49 values stand where 50 belong"):
        decode_answers(PUBLIC, values[:-1])
    place = PUBLIC.columns.index("om.pla.1")
    for impossible in (4, 77, NOT_ANSWERED):
        wrong = [*values[:place], impossible, *values[place + 1 :]]
        with pytest.raises(AnswerError) as caught:
            decode_answers(PUBLIC, wrong)
        assert str(caught.value) == "om.pla.1: the stored value is none that can be answered"


def test_the_share_answered_is_of_the_questions_asked_and_counts_dont_know():
    fields = {item: ["3"] for item in PULSE.form.items[:12]}
    fields["vp.try.1"] = ["vi"]
    assert answered_share(PULSE, encode_answers(PULSE, fields)) == pytest.approx(12 / 15)
    # The public form asks 37; without a channel the 4 on platforms are not asked.
    values = encode_answers(PUBLIC, {"om.fil.3": ["6"], "om.til.1": ["vi"]})
    assert len(asked(PUBLIC, values)) == 33
    assert answered_share(PUBLIC, values) == pytest.approx(2 / 33)
    assert answered_share(PUBLIC, (NOT_ASKED,) * 50) == 0.0
