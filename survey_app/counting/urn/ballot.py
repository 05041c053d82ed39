"""A ballot as bytes: one length for the whole wave, whatever was answered.

Layout, before sealing (``anonymity-design.md`` 4.4: no row may be recognised by its size)::

    1 byte   layout, now 1
    1 byte   0: answers follow; 1: screened out, to be counted and no more
    1 byte   length of the domain code in UTF-8
    60 bytes domain code, zeros after it
    2 bytes  answer, signed, big-endian, for each column of the questionnaire
    2 bytes  length of the comment in UTF-8, and
    n bytes  the comment, zeros after it; both only in waves that ask for one
    zeros    up to the wave's ballot size

The grade is not in it: a ballot looks the same however it came.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from survey_app.counting.urn.errors import BallotError

LAYOUT = 1
DOMAIN_BYTES = 60
COMMENT_LENGTH = 500
"""Most characters of a comment, counted as browsers do: in units of UTF-16."""
COMMENT_BYTES = 3 * COMMENT_LENGTH
"""What they take in UTF-8 at most. A sealed ballot with it still lies in its row, not beside."""
_HEAD = struct.Struct(f">BBB{DOMAIN_BYTES}s")
_LENGTH = struct.Struct(">H")
_STEP = 64


@dataclass(frozen=True, slots=True)
class Ballot:
    """What one person handed in.

    ``domain`` is the reporting unit of the invitation, empty for the public; ``answers`` stand in
    the order of ``Questionnaire.columns``. Somebody who was screened out leaves no answers and no
    comment.
    """

    domain: str
    answers: tuple[int, ...]
    screened_out: bool = False
    comment: str = ""


def ballot_size(columns: int, *, comment: bool = False, room: int = COMMENT_BYTES) -> int:
    """Return the bytes of every ballot of a questionnaire with so many columns.

    Parameters
    ----------
    columns : int
        Number of stored answers, ``len(questionnaire.columns)``.
    comment : bool
        Whether the wave asks for one: then every ballot has room for the longest, also empty.
    room : int
        Bytes of the longest; a pilot's remarks on its questions take more than a comment.
    """
    needed = _HEAD.size + 2 * columns + (_LENGTH.size + room if comment else 0)
    return -(-needed // _STEP) * _STEP


def pack_ballot(ballot: Ballot, size: int, *, room: int = COMMENT_BYTES) -> bytes:
    """Write a ballot as exactly ``size`` bytes, of which its words take ``room`` at most.

    Raises
    ------
    BallotError
        If the domain code, the answers or the comment do not fit.
    """
    domain = ballot.domain.encode()
    if len(domain) > DOMAIN_BYTES:
        raise BallotError(f"a unit code may have at most {DOMAIN_BYTES} bytes; shorten it")
    head = _HEAD.pack(LAYOUT, ballot.screened_out, len(domain), domain)
    try:
        body = struct.pack(f">{len(ballot.answers)}h", *ballot.answers)
    except struct.error:
        raise BallotError("an answer is not a whole number of two bytes") from None
    written = ballot.comment.encode()
    tail = _LENGTH.pack(len(written)) + written if written else b""
    if len(written) > room or len(head) + len(body) + len(tail) > size:
        raise BallotError(f"{len(ballot.answers)} answers do not fit in a ballot of {size} bytes")
    return (head + body + tail).ljust(size, b"\0")


def unpack_ballot(
    plain: bytes, columns: int, *, comment: bool = False, room: int = COMMENT_BYTES
) -> Ballot:
    """Read what `pack_ballot` wrote for a form with ``columns`` columns, and perhaps a comment.

    Raises
    ------
    BallotError
        If it is no ballot of this layout and size.
    """
    if len(plain) != ballot_size(columns, comment=comment, room=room):
        raise BallotError("the ballot has another size than its wave's")
    layout, screened_out, length, domain = _HEAD.unpack_from(plain)
    end = _HEAD.size + 2 * columns
    written = b""
    if comment:
        (said,) = _LENGTH.unpack_from(plain, end)
        start, end = end + _LENGTH.size, end + _LENGTH.size + said
        written = plain[start:end]
        # PostgreSQL keeps no zero in a text: one such ballot would stop the emptying
        if said > room or 0 in written:
            raise BallotError("the ballot's comment is not laid out as it should be")
    if layout != LAYOUT or screened_out > 1 or any(domain[length:]) or any(plain[end:]):
        raise BallotError("the ballot is not laid out as it should be")
    answers = () if screened_out else struct.unpack_from(f">{columns}h", plain, _HEAD.size)
    try:
        return Ballot(
            domain[:length].decode(), answers, bool(screened_out), comment=written.decode()
        )
    except UnicodeDecodeError:
        raise BallotError("the ballot's unit code or comment is not text") from None
