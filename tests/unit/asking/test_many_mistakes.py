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
    assert str(told) == (
        "the file has 3000 mistakes; the first 1000 are named, and the first of each kind that"
        " comes after them"
    )
    # two a row: rows 1 to 500 of people, under the header
    assert (first.line, last.line, len(caught.value.problems)) == (2, 501, 1_001)
    assert mends_of(caught.value.problems, "nb")[0].sentence == (
        "Filen har 3000 feil. De første 1000 er tatt med her, og den første av hver type som kommer"
        " etter dem."
    )


def test_a_thousand_mistakes_of_one_kind_hide_none_of_another():
    rows = "".join(f"person,a{at},,,,nowhere,u\n" for at in range(1_200))
    with pytest.raises(ImportProblems) as caught:
        read_register(f"{REGISTER}{rows}person,b 1,,,,,u\nperson,b 2,,,,,u\n")
    told, *named, last = caught.value.problems
    assert told.values == (("number", "1202"), ("most", "1000"))
    assert {one.mistake for one in named} == {Mistake.EMAIL}
    assert (len(named), last.line, last.mistake) == (1_000, 1_202, Mistake.CODE)


@pytest.mark.parametrize(("lines", "told", "more"), [
    (range(122, 158), ("122\N{EN DASH}157",), 0),
    ([4, 7, 8, 20, 21, 22], ("4", "7", "8", "20\N{EN DASH}22"), 0),
    ([*range(2, 22, 2), 30, 31, 32], tuple(str(line) for line in range(2, 18, 2)), 5),
    ([0], (), 0),
])  # fmt: skip
def test_lines_that_follow_on_each_other_are_told_as_a_run(lines, told, more):
    [mend] = mends_of([problem(line, "email", Mistake.EMAIL) for line in lines], "nb")
    assert (mend.lines, mend.more) == (told, more)


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
