"""The rule of the cards: how many, of which domain, and what their codes tell."""

import uuid
from pathlib import Path

import pytest

from survey_app.answering.code_limit import MOST_IN_ALL
from survey_app.asking.campaigns.key_groups import Invited, key_groups_of
from survey_app.asking.invitations.card_piles import (
    Pile,
    card_codes,
    card_pids,
    cards_for,
    piles_of,
)
from survey_app.asking.invitations.codes import ALPHABET, SIGNS, read_code

SECRET = b"a secret of the installation"
WAVE = uuid.UUID(int=7)


@pytest.mark.parametrize(("people", "cards"), [(0, 0), (1, 24), (3, 24), (4, 32), (40, 320)])
def test_eight_times_as_many_as_are_needed_and_never_fewer_than_twenty_four(people, cards):
    assert cards_for(people) == cards


def test_a_card_carries_what_everybodys_answers_there_carry():
    groups = key_groups_of([Invited("a", "r", 3), Invited("b", "r", 12), Invited("c", "r", 30)], 5)
    assert piles_of({"a": 1, "b": 0, "c": 4}, groups) == (Pile("a", "r", 1), Pile("c", "c", 4))


def test_every_card_has_a_code_of_its_own_and_the_same_one_whenever_it_is_printed():
    piles = [Pile("a", "r", 1), Pile("b", "r", 5), Pile("c", "c", 4)]
    codes = [code for pile in piles for code in card_codes(pile, WAVE, SECRET)]
    assert len(set(codes)) == len(codes) == 24 + 40 + 32
    assert all(read_code(code) == code for code in codes)
    assert codes == [code for pile in piles for code in card_codes(pile, WAVE, SECRET)]


def test_no_code_of_one_wave_or_installation_is_one_of_another():
    pile = Pile("a", "a", 20)
    others = [card_codes(pile, uuid.UUID(int=8), SECRET), card_codes(pile, WAVE, b"another")]
    assert set(card_codes(pile, WAVE, SECRET)).isdisjoint({*others[0], *others[1]})


def test_more_people_only_add_cards_to_a_pile():
    few, more = Pile("a", "a", 4), Pile("a", "a", 5)
    assert list(card_pids(more, WAVE, SECRET))[: few.cards] == list(card_pids(few, WAVE, SECRET))


def test_the_chance_of_a_guesser_is_what_the_security_page_says():
    page = (Path(__file__).parents[3] / "docs" / "security.md").read_text()
    out, days = 10_000, 35
    guesses = MOST_IN_ALL * 60 * 24 * days
    of_one = len(ALPHABET) ** (SIGNS - 1) / (out * guesses)
    assert f"With {out:,} codes of letters or cards out" in page
    assert f"used for {days} days somebody finds one with a chance of 1 in" in page
    assert f"1 in {round(of_one, -3):,.0f};" in page
