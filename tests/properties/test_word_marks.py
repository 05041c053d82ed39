"""Two sentences written as one: each can be read out of the marks again, whole."""

from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from survey_app.shared.word_marks import word_marks

SENTENCES = st.lists(st.sampled_from(["vi", "er", "trygge", "åpne", "og", "alltid"]), max_size=8)


def read(pieces, other):
    return " ".join(text for mark, text in pieces if mark != other).split()


@given(SENTENCES, SENTENCES)
def test_both_sentences_stand_whole_in_their_marks(before, after):
    pieces = word_marks(" ".join(before), " ".join(after))
    assert read(pieces, "in") == before
    assert read(pieces, "out") == after


@given(SENTENCES)
def test_a_sentence_that_is_the_same_has_no_mark(words):
    assert {mark for mark, _ in word_marks(" ".join(words), " ".join(words))} <= {"kept"}


def test_what_there_was_not_is_put_in_and_what_there_is_not_is_taken_out():
    assert word_marks(None, "Vi er åpne.") == (("in", "Vi er åpne."),)
    assert word_marks("Vi er åpne.", None) == (("out", "Vi er åpne."),)
    assert word_marks("Vi er åpne.", "Vi er trygge.") == (
        ("kept", "Vi er"),
        ("out", "åpne."),
        ("in", "trygge."),
    )


def test_texts_that_say_the_same_words_over_and_over_are_told_at_once_as_another():
    before, after = " ".join(["a", "b"] * 500), " ".join(["b", "a", "c"] * 500)
    began = process_time()
    assert word_marks(before, after) == (("out", before), ("in", after))
    assert word_marks(before, before) == (("kept", before),)
    assert process_time() - began < 1  # fifteen seconds before
