"""A file that is wrong in every row is told so in a thousand sentences and a number."""

import tracemalloc

import pytest

from survey_app.asking.errors import MOST_NAMED, ImportProblems, Problems, problem
from survey_app.asking.invitations.listed import read_list
from survey_app.asking.mends import mends_of
from survey_app.asking.mistakes import Mistake
from survey_app.asking.people.register import read_register

REGISTER = "kind,code,name,type,parent,email,unit\n"


def wrong(rows):
    # two mistakes in each: a code with a blank, and an address without an @
    return REGISTER + "".join(f"person,a {at},,,,nowhere,u\n" for at in range(rows))


def test_the_first_thousand_are_named_and_all_are_counted():
    with pytest.raises(ImportProblems) as caught:
        read_register(wrong(1_500))
    told, first, *_, last = caught.value.problems
    assert str(told) == "the file has 3000 mistakes; the first 1000 are named"
    # two a row: rows 1 to 500 of people, under the header
    assert (first.line, last.line, len(caught.value.problems)) == (2, 501, 1_001)
    assert mends_of(caught.value.problems, "nb")[0].sentence == (
        "Filen har 3000 feil. De første 1000 er tatt med her."
    )


def test_as_many_as_are_named_are_all_there_is_to_tell():
    with pytest.raises(ImportProblems) as caught:
        read_list("email\n" + "".join(f"nowhere{at}\n" for at in range(MOST_NAMED)))
    assert len(caught.value.problems) == MOST_NAMED
    assert caught.value.problems[0].mistake is Mistake.EMAIL


def test_those_that_nobody_reads_take_no_memory():
    tracemalloc.start()
    found = Problems(problem(line, "code", Mistake.CODE) for line in range(200_000))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(found), found.more) == (1_000, 199_000)
    # a thousand of a few hundred bytes each; all of them took 100 million
    assert most < 2_000_000
