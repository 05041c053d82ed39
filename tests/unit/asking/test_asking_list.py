"""The list of a wave of candidates or stakeholders: who is mailed to, who gets a letter."""

import pytest

from survey_app.asking.errors import SampleProblems
from survey_app.asking.invitations.listed import Listed, read_list


def told(text):
    with pytest.raises(SampleProblems) as caught:
        read_list(text)
    return [str(problem) for problem in caught.value.problems]


def test_who_has_an_address_is_mailed_to_and_the_others_get_a_letter():
    people = read_list("Email;Language\nen@example.org;nn\n;en\n\nto@example.org;\n")
    assert people == (
        Listed(2, "nn", "en@example.org"),
        Listed(3, "en", ""),
        Listed(5, "nb", "to@example.org"),
    )
    assert [person.channel for person in people] == ["email", "letter", "email"]


def test_every_mistake_is_told_with_its_line():
    assert told("email,language\nen@example.org,se\nno address,nb\nEN@example.org,nb\n") == [
        "line 2, «language»: «se» is none of nb, nn, en; empty means nb",
        "line 3, «email»: is not an e-mail address such as name@example.org",
        "line 4, «email»: line 2 has the same address; two people cannot share a personal link",
    ]
    assert told("email\n") == ["the file holds nobody"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("a@bø.example", "a@XN--b-5ga.example"), ("b\u00e5@example.org", "ba\u030a@example.org")],
)
def test_an_address_that_is_written_in_two_ways_is_one_person(one, other):
    assert told(f"email\n{one}\n{other}\n") == [
        "line 3, «email»: line 2 has the same address; two people cannot share a personal link"
    ]


@pytest.mark.parametrize("address", ["a:b@example.org", "a]b@example.org", "a\\b@example.org"])
def test_an_address_that_names_another_in_the_head_of_a_mail_is_none(address):
    assert told(f"email\n{address}\n") == [
        "line 2, «email»: is not an e-mail address such as name@example.org"
    ]


def test_a_list_keeps_neither_names_nor_anything_else():
    assert told("name,email\nsomebody,en@example.org\n") == [
        "line 1, «name»: nobody reads this column; leave it out, so that it is not kept"
    ]
