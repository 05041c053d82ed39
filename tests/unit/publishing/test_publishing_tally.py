"""What must fit together when an urn is emptied, worked by hand."""

from itertools import count

from survey_app.publishing.closing.tally import Tally, fill_receipts


def test_one_ballot_for_each_used_link_leaves_nothing_over():
    tally = Tally({"a": 12, "b": 8}, {"a": 12, "b": 8}, receipts=17)
    assert (tally.used, tally.found, tally.unused, tally.alarms) == (20, 20, 0, ())


def test_fewer_ballots_than_links_are_counted_and_no_alarm():
    tally = Tally({"a": 12, "b": 8}, {"a": 11, "b": 6}, refused=1)
    assert (tally.found, tally.unused, tally.alarms) == (18, 2, ())


def test_more_ballots_than_links_are_an_alarm_also_in_one_group_alone():
    assert Tally({"a": 12}, {"a": 13}).alarms == (
        "more ballots than used links",
        "more ballots than used links in a key group",
    )
    # two people of b lost their credentials, and two ballots of a have no link
    hidden = Tally({"a": 12, "b": 8}, {"a": 14, "b": 6})
    assert hidden.alarms == ("more ballots than used links in a key group",)


def test_a_replaced_link_may_have_given_two_credentials():
    assert Tally({"a": 12}, {"a": 13}, replaced=1).alarms == ()
    assert Tally({"a": 12}, {"a": 12}, replaced=1).unused == 1
    assert Tally({"a": 12}, {"a": 14}, replaced=1).alarms != ()


def test_a_receipt_without_a_ballot_is_an_alarm_since_both_are_written_at_once():
    assert Tally({"a": 5}, {"a": 4}, receipts=5).alarms == ("more receipts than ballots",)


def test_plain_answers_get_a_random_receipt_and_the_list_is_sorted():
    chance = (f"{at:064x}" for at in count(3))
    filled = fill_receipts(["f" * 64, "0" * 64], 4, chance=lambda: next(chance))
    assert filled == ["0" * 64, f"{3:064x}", f"{4:064x}", "f" * 64]
    assert fill_receipts(["f" * 64], 0, chance=lambda: "") == ["f" * 64]
