"""What holds of every submission."""

from hypothesis import given
from hypothesis import strategies as st

from questionnaires.answers import answered_share, asked, decode_answers, encode_answers
from questionnaires.loader import load_library
from questionnaires.model import NOT_ASKED
from tests.examples import examples

LIBRARY = load_library()
FORMS = {name: LIBRARY.questionnaire(name) for name in ("verdipuls.main", "omdomme", "kandidat")}


@st.composite
def submissions(draw):
    q = draw(st.sampled_from(list(FORMS.values())))
    fields = {}
    for item in q.items:
        codes = [option.code for option in q.option_set(item).options]
        size = len(codes) if item.presentation == "checkbox" else 1
        chosen = st.lists(st.sampled_from(codes), max_size=size, unique=True)
        fields[item.id] = draw(chosen)
    return q, fields


@examples(12, audit=100)
@given(submissions())
def test_what_is_stored_comes_back_as_it_was_chosen_where_it_was_asked(submission):
    q, fields = submission
    values = encode_answers(q, fields)
    again = decode_answers(q, values)
    for item in asked(q, values):
        assert sorted(again[item]) == sorted(fields[item])
    assert encode_answers(q, again) == values


@examples(12, audit=100)
@given(submissions())
def test_every_submission_has_one_integer_for_each_column(submission):
    q, fields = submission
    values = encode_answers(q, fields)
    assert len(values) == len(q.columns)
    assert all(isinstance(value, int) for value in values)
    assert 0.0 <= answered_share(q, values) <= 1.0


@examples(12, audit=100)
@given(submissions())
def test_answering_a_filtered_question_never_changes_what_is_asked(submission):
    q, fields = submission
    without = {item.id: [] if item.filter else fields[item.id] for item in q.items}
    assert asked(q, encode_answers(q, fields)) == asked(q, encode_answers(q, without))


@examples(12, audit=100)
@given(submissions())
def test_a_question_that_was_not_asked_keeps_nothing_of_what_was_filled_in(submission):
    q, fields = submission
    values = dict(zip(q.columns, encode_answers(q, fields), strict=True))
    for item in q.items:
        marks = {values[column] for column in q.item_columns(item)}
        assert NOT_ASKED not in marks or marks == {NOT_ASKED}
