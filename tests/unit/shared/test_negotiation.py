"""What a client says that it can read, and that it has already."""

import pytest

from survey_app.shared.negotiation import has_already, takes_gzip


@pytest.mark.parametrize(
    ("accepts", "expected"),
    [
        ("gzip, deflate, br", True),
        ("br;q=1.0, GZIP;q=0.8", True),
        ("*", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000, br", False),
        ("x-gzip-like", False),
    ],
)
def test_gzip_is_sent_to_those_who_say_that_they_read_it(accepts, expected):
    assert takes_gzip(accepts) is expected


def test_a_weak_tag_in_a_list_names_what_the_client_has():
    assert has_already('"a", W/"b"', '"b"')
    assert has_already("*", '"b"')
    assert not has_already("", '"b"')
    assert not has_already('"bc"', '"b"')
