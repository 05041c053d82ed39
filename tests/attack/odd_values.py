"""What stands where something else is meant: in addresses, fields, bodies and files."""

from __future__ import annotations

from typing import Final

LARGE: Final = 10_000  # bytes: more may be on its way when the reply is there, and is hung up on
ODD: Final[tuple[str, ...]] = (
    "", " ", "%00", "a%00b", "%ED%A0%80", "%FF%FE", "%C0%AF", "%F0%9F%98%80", "%E2%80%AE%E2%80%8B",
    "..%2F..%2Fetc%2Fpasswd", "%25%30%30", "%0D%0ASet-Cookie:%20a=b", "%27%22%3E%3Csvg%3E",
    "%7B%7B7*7%7D%7D", "-1", "0", "1e309", "NaN", "99999999999999999999999999", "-2147483649",
    "9223372036854775808", "%D9%A3", "%C2%B2", "1.5", "9999-12-31", "0000-00-00", "10000-01-01",
    "2027-02-30", "true", "null", "[]", "[1,[2]]", "%7B%22a%22:1%7D", "a,b;c", "*", "nb", "xx",
    "00000000-0000-4000-8000-000000000000", "00000000-0000-4000-8000-00000000000", "a" * 3_000,
    "%F0%9F%98%80" * 400, "(" * 800, "%D8%A7" * 50, "__proto__", "%CC%81", "%EF%BB%BF",
)  # fmt: skip
"""What stands in the place of a value, percent-encoded as it is sent."""
TYPED: Final[tuple[str, ...]] = (
    "", " ", "\0", "a\0b", "\N{GRINNING FACE}", "\N{RIGHT-TO-LEFT OVERRIDE}a\N{ZERO WIDTH SPACE}",
    "x" * 20_000, "<script>1</script>", "{{7*7}}", "'\"--", "-1", "0", "1e309", "NaN", "Infinity",
    "9" * 400, "-9223372036854775809", "\u0663", "\u00b2", "1.5", "9999-12-31", "0001-01-01",
    "0000-00-00", "10000-01-01", "2027-02-30", "31.12.9999", "99:99", "24:00", "on", "null", "[]",
    "[[[", '{"a": {"b": [1, null]}}', "a\r\nBcc: b@example.org", "\r\n" * 500, "@", "a@b", "nb",
    "00000000-0000-4000-8000-000000000000", "..", "../../etc/passwd", "=1+1", "\u0301" * 40,
    "%00", "\ufeff", "\u2028", "(" * 800, "1,2,3", "*", ",",
)  # fmt: skip
"""What somebody may write into a field."""
_PART: Final = b'--x\r\nContent-Disposition: form-data; name="a"\r\n'
_DEEP: Final = "[" * 20_000
BODIES: Final[tuple[tuple[str, bytes], ...]] = (
    ("", b""), ("", b"a=b"), ("text/plain", b"a=b"), ("application/json", b""),
    ("application/json", b"{"), ("application/json", b"null"), ("application/json", b"[]"),
    ("application/json", b'"a"'), ("application/json", b'{"a": 1}'), ("application/json", b"1e400"),
    ("application/json", _DEEP.encode()), ("application/json", b'{"a":' * 12_000),
    ("application/json", b'{"csrf": ["x"], "email": {"a": 1}}'), ("application/json", b"\xff\xfe"),
    ("application/json; charset=utf-7", b"+AHs-"), ("application/msgpack", b"\xc1"),
    ("application/msgpack", b"\x91" * 3_000), ("application/scim+json", b"[]"),
    ("application/scim+json", b'{"Operations": [{"op": 1, "path": [], "value": {}}]}'),
    ("application/scim+json", b'{"a":' * 12_000),
    ("application/scim+json", b'{"startIndex": 1e999}'),
    ("application/scim+json", b'{"Operations": 5}'), ("application/scim+json", b'{"filter": 5}'),
    ("application/scim+json", b'{"userName": {"a": 1}, "emails": 5, "active": "x"}'),
    ("application/octet-stream", bytes(range(256)) * 8),
    ("application/x-www-form-urlencoded", b"%"), ("application/x-www-form-urlencoded", b"%ff=%fe"),
    ("application/x-www-form-urlencoded", b"=&&=&;"),
    ("application/x-www-form-urlencoded", b"\xff"),
    ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % one for one in range(3_000))),
    ("application/x-www-form-urlencoded; charset=latin-1", b"a=%E5"),
    ("application/x-www-form-urlencoded; charset=none", b"a=b"),
    ("application/x-www-form-urlencoded", b"a=" + b"x" * 300_000),
    ("multipart/form-data", b"--x\r\n\r\n"), ("multipart/form-data; boundary=", b"----"),
    ("multipart/form-data; boundary=x", b""), ("multipart/form-data; boundary=x", b"--x"),
    ("multipart/form-data; boundary=x", b"--x--\r\n"), ("multipart/form-data; boundary=x", b"junk"),
    ("multipart/form-data; boundary=x", b"--x\r\n\r\na\r\n--x--\r\n"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--"),
    ("multipart/form-data; boundary=x",
     _PART + b"Content-Type: application/json\r\n\r\n{\r\n--x--"),
    ("multipart/form-data; boundary=x",
     b'--x\r\nContent-Disposition: form-data; name="a"; filename="a\x00b"\r\n\r\n\xff\r\n--x--'),
    ("multipart/form-data; boundary=x",
     _PART + b"Content-Type: text/plain; charset=none\r\n\r\n\xff\r\n--x--"),
    ("multipart/form-data; boundary=x", _PART + b"\r\n\xff\r\n--x--"),
    ("multipart/form-data; boundary=x", _PART + b"\r\nhalf"),
    ("multipart/form-data; boundary=" + "y" * 300, b"--" + b"y" * 300 + b"--"),
    ('image/png; a="', b"x"), ("/", b"x"), (";", b"x"), ("a/b/c; q", b"x"),
)  # fmt: skip
"""Types and bodies that fit no form."""
FILES: Final[tuple[bytes, ...]] = (
    b"", b"\0", b"\xff\xfe\x00", b"a;b\n1;2;3\n", b"PK\x03\x04" + b"\0" * 40, b"\x89PNG\r\n\x1a\n",
    b"<?xml version='1.0'?><a/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"{" * 2_000,
    b"[" * 20_000, b'{"a": NaN}', b"[a]\nb = 1979-13-45", b"key = 'a'\nkey = 'b'\n", b"=1+1;@a\n",
    b"%PDF-1.7\n", b"\xef\xbb\xbf", "ø;å\n1;2".encode("latin-1"), b"x" * 100_000, b"\r" * 3_000,
    b'"a\n' * 200,
)  # fmt: skip
"""What somebody may put in the place of the file that is meant."""
NAMES: Final = (
    "a.csv", "a.xlsx", "a.toml", "a.lss", "a.qsf", "a.json", "a.xml", "a.svg", "a.png", "", "../a",
    "a" * 400, "\N{RIGHT-TO-LEFT OVERRIDE}vsc.a",
)  # fmt: skip
