"""The fields of a posted form are what every reader of forms takes them for."""

from urllib.parse import parse_qsl

from hypothesis import example, given
from hypothesis import strategies as some
from litestar import Request

from survey_app.answering.fields import MOST_FIELDS, decode_fields
from survey_app.answering.reply import go_after, go_to
from survey_app.shared.negotiation import accepted_encodings


def a_request(*headers: tuple[bytes, bytes]) -> Request:
    return Request({"type": "http", "method": "POST", "path": "/", "headers": headers})


def as_everywhere(body: bytes) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


signs = some.sampled_from([b"a", b"om.fil.3", b"=", b"&", b"+", b"%", b"%3D", b"%C3%A5", b"%ff",
                           b";", b"\xc3\xa5", b"\xff", b"\0", b" "])  # fmt: skip


@given(some.lists(signs, max_size=30).map(b"".join))
@example(b"a=1&" * (MOST_FIELDS - 1) + b"a=1")
@example(b"a=1&" * MOST_FIELDS)
@example(b"a=1&a=&=2&b&&c=x%3Dy+z&lang=nb")
def test_a_form_is_read_as_the_standard_library_reads_it(body):
    assert decode_fields(body) == as_everywhere(body)


def test_the_first_accept_encoding_is_read_from_the_raw_headers():
    headers = [(b"host", b"x"), (b"accept-encoding", b"br;q=1, gzip"), (b"accept-encoding", b"")]
    assert accepted_encodings(a_request(*headers)) == "br;q=1, gzip"
    assert accepted_encodings(a_request()) == ""


def test_only_addresses_that_are_the_same_for_all_are_remembered():
    again = [go_after("/answer/thanks", "nb", "verdipuls-2026") for _ in range(2)]
    assert again[0] is again[1]
    assert again[0] == go_to("/answer/thanks", "nb", survey="verdipuls-2026")
    link = [go_to("/answer/0123456789abcdef", "nb") for _ in range(2)]
    assert link[0] is not link[1]
