"""Codes that are typed: mended, checked, derived, and not to be had from the database."""

import itertools
import secrets
import uuid

import pytest
from hypothesis import given
from hypothesis.strategies import binary, integers, sampled_from, text

from survey_app.asking.invitations.codes import (
    ALPHABET,
    SIGNS,
    Flaw,
    code_for,
    code_hash,
    in_groups,
    read_code,
)

SECRET = b"for tests only, and long enough there"
WAVE = uuid.UUID(int=1)


def a_code(pid=b"123456789", generation=0, secret=SECRET, wave=WAVE):
    return code_for(secret, wave, pid, generation)


def test_a_code_has_twelve_signs_that_look_like_no_other():
    assert len(ALPHABET) == 32
    assert not set("ILOU") & set(ALPHABET)
    code = a_code()
    assert len(code) == SIGNS
    assert set(code) <= set(ALPHABET)
    assert read_code(code) == code


def test_the_same_invitation_has_the_same_code_and_another_generation_another():
    assert a_code() == a_code()
    others = {
        a_code(),
        a_code(generation=1),
        a_code(pid=b"123456780"),
        a_code(wave=uuid.UUID(int=2)),
        a_code(secret=SECRET + b"!"),
    }
    assert len(others) == 5


def test_a_code_uses_every_sign_at_every_place():
    codes = [a_code(pid=secrets.token_bytes(9)) for _ in range(2000)]
    assert all({code[at] for code in codes} == set(ALPHABET) for at in range(SIGNS))


@given(binary(min_size=9, max_size=9), integers(0, SIGNS - 1), sampled_from(ALPHABET))
def test_one_wrong_sign_is_found_wherever_it_stands(pid, at, sign):
    code = a_code(pid)
    wrong = code[:at] + sign + code[at + 1 :]
    assert read_code(wrong) == (code if wrong == code else Flaw.CHECK)


@given(binary(min_size=9, max_size=9))
def test_two_signs_that_changed_places_are_found_wherever_they_stand(pid):
    code = a_code(pid)
    for one, other in itertools.combinations(range(SIGNS), 2):
        signs = list(code)
        signs[one], signs[other] = signs[other], signs[one]
        swapped = "".join(signs)
        assert read_code(swapped) == (code if swapped == code else Flaw.CHECK)


@pytest.mark.parametrize(
    "written",
    [
        lambda code: code.lower(),
        in_groups,
        lambda code: in_groups(code).replace("-", " "),
        lambda code: f"  {in_groups(code).replace('-', ' – ')}\t",
        lambda code: in_groups(code).replace("-", "\N{NON-BREAKING HYPHEN}"),
        lambda code: in_groups(code).replace("-", "."),
        lambda code: code.replace("0", "O").replace("1", "I"),
        lambda code: code.lower().replace("0", "o").replace("1", "l"),
    ],
)
def test_what_people_type_otherwise_is_mended(written):
    for _ in range(50):
        code = a_code(secrets.token_bytes(9))
        assert read_code(written(code)) == code


def test_what_cannot_be_a_code_is_told_apart():
    code = a_code()
    assert read_code("") is Flaw.LENGTH
    assert read_code(code[:-1]) is Flaw.LENGTH
    assert read_code(code + "7") is Flaw.LENGTH
    assert read_code("U" + code[1:]) is Flaw.SIGN
    assert read_code("Å" + code[1:]) is Flaw.SIGN
    assert read_code("ß" + code[1:]) is Flaw.LENGTH  # two letters when it is large


@given(text(max_size=20))
def test_nothing_that_is_typed_makes_it_fail(typed):
    assert isinstance(read_code(typed), str)


def test_the_database_holds_neither_codes_nor_a_way_to_try_them():
    code = a_code()
    assert len(code_hash(SECRET, code)) == 16
    assert code_hash(SECRET, code) != code_hash(SECRET + b"!", code)
    assert code_hash(SECRET, code) != code_hash(SECRET, a_code(generation=1))


def test_a_code_is_written_in_groups_of_four():
    assert in_groups("7KQ49XMT2PBT") == "7KQ4-9XMT-2PBT"
