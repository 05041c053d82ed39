"""The one field for words: what is taken of it, and that nothing tells whether it was used."""

from dataclasses import dataclass, field

import pytest

from questionnaires.errors import AnswerError
from questionnaires.loader import load_library
from survey_app.answering.comment import comment_in, longest_comment
from survey_app.asking.campaigns.campaign_file import read_campaign
from survey_app.asking.errors import CampaignProblems
from survey_app.counting.urn.ballot import (
    COMMENT_LENGTH,
    Ballot,
    ballot_size,
    pack_ballot,
    unpack_ballot,
)
from survey_app.counting.urn.errors import BallotError


@dataclass
class Asks:
    comment: dict = field(default_factory=lambda: {"nb": "Fordi"})


LONGEST = [*(one * COMMENT_LENGTH for one in "aå字"), "🙂" * (COMMENT_LENGTH // 2)]


@pytest.mark.parametrize("comment", ["", "kort", *LONGEST])
def test_every_ballot_of_a_wave_with_comments_has_one_length(comment):
    size = ballot_size(37, comment=True)
    ballot = Ballot("nord-1", (3,) * 37, comment=comment)
    packed = pack_ballot(ballot, size)
    assert len(packed) == size
    assert unpack_ballot(packed, 37, comment=True) == ballot
    assert ballot_size(37) < 200 < size < 2000


def test_a_wave_without_comments_has_no_room_for_one():
    with pytest.raises(BallotError) as refused:
        pack_ballot(Ballot("nord-1", (3,) * 37, comment="en hemmelighet " * 20), ballot_size(37))
    assert "hemmelighet" not in str(refused.value)


@pytest.mark.parametrize(("at", "length"), [(0, 255), (1, 1), (1, 200)])
def test_a_length_that_does_not_fit_what_follows_is_refused(at, length):
    size = ballot_size(2, comment=True)
    packed = bytearray(pack_ballot(Ballot("ab", (1, 2), comment="to ord"), size))
    packed[63 + 4 + at] = length
    with pytest.raises(BallotError):
        unpack_ballot(bytes(packed), 2, comment=True)


def test_a_comment_is_tidied_and_no_mark_of_ours_gets_in():
    text = "  Første linje\r\nandre ⟦name⟧\x00\u202e linje \n"
    assert comment_in(Asks(), {"comment": [text]}) == "Første linje\nandre name linje"
    assert comment_in(Asks(), {}) == ""
    assert comment_in(Asks(comment={}), {"comment": ["noe"]}) == ""


def test_nothing_stays_that_no_reader_sees_and_no_rule_would_see_through():
    text = (
        "Ka\u00adri\u2060 og\u00a0Ola\ufe0f\u2066!  Ring 98\u200976\u00a054\t32."
        "\x85\n\n\n\nSlutt\U000e0041 \u3164"
    )
    assert comment_in(Asks(), {"comment": [text]}) == "Kari og Ola! Ring 98 76 54 32.\n\nSlutt"
    assert comment_in(Asks(), {"comment": ["\u200b\u2800 \ufe0f\n"]}) == ""


def test_what_the_field_lets_anybody_write_is_taken_and_no_more():
    for text in LONGEST:
        assert comment_in(Asks(), {"comment": [text]}) == text
    with pytest.raises(AnswerError) as refused:
        comment_in(Asks(), {"comment": ["å" * (COMMENT_LENGTH + 1)]})
    assert "å" * 10 not in str(refused.value)


def test_what_is_sent_is_padded_for_the_longest_comment_as_a_form_and_as_json():
    import json
    from urllib.parse import urlencode

    empty = len(urlencode({"a": "1"}))
    for text in [*LONGEST, "\n" * COMMENT_LENGTH, '"' * COMMENT_LENGTH]:
        form = urlencode({"a": "1", "comment": text.replace("\n", "\r\n")})
        ballot = json.dumps({"comment": [text]}, ensure_ascii=False).encode()
        assert len(form) - empty <= longest_comment(Asks())
        assert len(ballot) <= longest_comment(Asks())
    assert longest_comment(Asks(comment={})) == 0


CAMPAIGN = """
key = "verdipuls-2026"
form = "verdipuls.main"
population = "staff"
retention_days = 1825
title = {{ nb = "Verdipuls", nn = "Verdipuls" }}
{comment}

[[waves]]
key = "verdipuls-2026-k2"
form = "verdipuls.k2"
invite = "everybody"
opens_on = 2026-05-12
closes_on = 2026-05-26
results_on = 2026-06-09
comment = false

[[waves]]
key = "verdipuls-2026-main"
invite = "everybody"
opens_on = 2026-09-15
closes_on = 2026-10-06
results_on = 2026-11-03
"""
WHY = 'comment = { nb = "Fordi", nn = "Fordi" }'


def waves_of(comment, **changed):
    text = CAMPAIGN.format(comment=comment)
    for old, new in changed.items():
        text = text.replace(f'"{old}"', f'"{new}"')
    return read_campaign(text, load_library()).waves


def test_a_campaign_asks_for_comments_only_with_a_reason_and_a_wave_may_do_without():
    assert [dict(one.comment) for one in waves_of("")] == [{}, {}]
    without, asks = waves_of(WHY)
    assert (dict(without.comment), without.comment_days) == ({}, None)
    assert (dict(asks.comment), asks.comment_days) == ({"nb": "Fordi", "nn": "Fordi"}, 365)
    assert waves_of(f"comment_days = 90\n{WHY}")[1].comment_days == 90


@pytest.mark.parametrize(
    ("comment", "told"),
    [
        ('comment = { nb = "Fordi" }', "comment.nn"),
        ("comment_days = 90", "comment_days"),
        (f"comment_days = 0\n{WHY}", "comment_days"),
        (f"comment_days = 1825\n{WHY}", "comments are deleted before the answers are"),
    ],
)
def test_a_reason_that_is_none_is_told(comment, told):
    with pytest.raises(CampaignProblems) as refused:
        waves_of(comment)
    assert told in "\n".join(str(one) for one in refused.value.problems)
