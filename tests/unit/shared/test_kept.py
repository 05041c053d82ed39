"""What is kept in memory has a bound in bytes."""

from survey_app.shared.kept import KeptInBytes


def test_those_used_longest_ago_go_when_the_bytes_are_too_many():
    kept = KeptInBytes(10)
    kept.keep("a", "A", 4)
    kept.keep("b", "B", 4)
    assert kept.find("a") == "A"
    kept.keep("c", "C", 4)
    assert (kept.find("a"), kept.find("b"), kept.find("c")) == ("A", None, "C")
    assert kept.taken == 8


def test_one_that_is_too_large_is_kept_alone_until_another_comes():
    kept = KeptInBytes(10)
    kept.keep("a", "A", 4)
    kept.keep("b", "B", 40)
    assert (kept.find("a"), kept.find("b")) == (None, "B")
    kept.keep("c", "C", 4)
    assert (len(kept), kept.taken) == (1, 4)


def test_what_is_kept_anew_counts_once():
    kept = KeptInBytes(10)
    kept.keep("a", "A", 4)
    kept.keep("a", "a", 6)
    assert (kept.find("a"), kept.taken, len(kept)) == ("a", 6, 1)
