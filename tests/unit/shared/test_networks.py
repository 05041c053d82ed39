"""Whom a request is counted under, by what peers and proxies say."""

from ipaddress import ip_network
from types import SimpleNamespace

import pytest
from litestar.datastructures import Headers

from survey_app.shared.networks import comes_from, network_of

PROXIES = ("127.0.0.1", "10.2.0.0/24", "fd00::/8")


def asked(peer, *headers, trusted=PROXIES):
    return SimpleNamespace(
        client=peer and SimpleNamespace(host=peer),
        headers=Headers([(name.encode(), value.encode()) for name, value in headers]),
        app=SimpleNamespace(
            state=SimpleNamespace(
                settings=SimpleNamespace(trusted_proxies=tuple(map(ip_network, trusted)))
            )
        ),
    )


def counted(peer, *headers, trusted=PROXIES):
    return network_of(asked(peer, *headers, trusted=trusted))


def forwarded_for(value):
    return ("x-forwarded-for", value)


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1%eth0", "2001:db8:1:2::/64"),
        (None, ""),
        ("a name", "a name"),
    ],
)
def test_without_a_proxy_it_is_the_peer(peer, expected):
    assert counted(peer) == expected
    # whom we don't trust may write what he likes
    said = (forwarded_for("198.51.100.9"), ("forwarded", "for=198.51.100.9"))
    assert counted(peer, *said) == expected
    assert counted(peer, *said, trusted=()) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("198.51.100.9", "198.51.100.9"),
        ("198.51.100.9:4711", "198.51.100.9"),
        ("[2001:db8:1:2::9]:4711", "2001:db8:1:2::/64"),
        # through two proxies of ours
        ("198.51.100.9, 10.2.0.5", "198.51.100.9"),
        # forged on the left of what the proxy added
        ("203.0.113.1, 198.51.100.9", "198.51.100.9"),
        ("203.0.113.1, unknown, 198.51.100.9, 10.2.0.5", "198.51.100.9"),
        # a chain that ends among ourselves, and one that breaks off
        ("10.2.0.7", "10.2.0.7"),
        ("203.0.113.1, unknown, 10.2.0.5", "10.2.0.5"),
        ("unknown", "127.0.0.1"),
        ("<script>", "127.0.0.1"),
        (" , ,", "127.0.0.1"),
        ("", "127.0.0.1"),
    ],
)
def test_behind_proxies_it_is_the_right_most_address_that_is_none_of_theirs(value, expected):
    assert counted("127.0.0.1", forwarded_for(value)) == expected
    assert counted("::ffff:127.0.0.1", forwarded_for(value)) == expected


def test_two_lines_are_one_list():
    two = (forwarded_for("203.0.113.1"), forwarded_for("198.51.100.9, 10.2.0.5"))
    assert counted("127.0.0.1", *two) == "198.51.100.9"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("for=198.51.100.9", "198.51.100.9"),
        ('proto=https;For="198.51.100.9:80";by=10.2.0.1', "198.51.100.9"),
        ('for="[2001:db8:1:2::9]:4711"', "2001:db8:1:2::/64"),
        ("for=203.0.113.1, for=198.51.100.9;proto=http, for=10.2.0.5", "198.51.100.9"),
        ('host="a,for=203.0.113.1;for=203.0.113.2";for=198.51.100.9', "198.51.100.9"),
        ('for=198.51.100.9;host="a;for=203.0.113.1"', "198.51.100.9"),
        ("for=_hidden, for=10.2.0.5", "10.2.0.5"),
        ("proto=https", "127.0.0.1"),
        ('for="', "127.0.0.1"),
    ],
)
def test_the_standard_header_says_the_same(value, expected):
    assert counted("127.0.0.1", ("forwarded", value)) == expected


def test_who_forges_the_header_that_the_proxy_does_not_write_is_counted_with_all_who_do():
    written = forwarded_for("198.51.100.9")
    assert counted("127.0.0.1", written, ("forwarded", "for=198.51.100.9")) == "198.51.100.9"
    for forged in ("for=203.0.113.1", "for=203.0.113.2", "for=unknown"):
        assert counted("127.0.0.1", written, ("forwarded", forged)) == "127.0.0.1"


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded"])
def test_an_open_quotation_mark_is_read_once_and_its_writer_counted_with_all_who_forge(header):
    # each mark was read to the end of the line: eight thousand signs held a process for seconds
    forged = 'for="' + '\\"' * 200_000 + ", for=198.51.100.9"
    assert counted("127.0.0.1", (header, forged)) == "127.0.0.1"


def test_where_the_proxy_itself_may_look_nobody_does_who_comes_through_it_and_tells_nothing():
    allowed = [ip_network("127.0.0.1")]
    assert comes_from(asked("127.0.0.1"), allowed)
    assert comes_from(asked("127.0.0.1", forwarded_for("127.0.0.1")), allowed)
    written = forwarded_for("198.51.100.9")
    for headers in (
        [written], [written, ("forwarded", "for=203.0.113.1")], [forwarded_for("unknown")],
        [written, forwarded_for('"')], [("forwarded", "for=_hidden")],
    ):  # fmt: skip
        assert not comes_from(asked("127.0.0.1", *headers), allowed)
