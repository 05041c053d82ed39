"""What the database is asked, for a first ballot, a repeat and one that comes too late."""

import uuid

import pytest

from survey_app.counting.urn.cast_ballot import cast_ballot

WAVE = uuid.UUID(int=9474)


class Link:
    """Remembers what it was asked; each INSERT writes as many rows as it is told to."""

    def __init__(self, *rows: int, breaks: bool = False) -> None:
        self.asked: list[str] = []
        self.rows = list(rows)
        self.breaks = breaks

    async def execute(self, sql: str, *values: object) -> str:
        self.asked.append(sql)
        if self.breaks and "counting.urn" in sql:
            raise OSError("the connection is gone")
        return f"INSERT 0 {self.rows.pop(0)}" if sql.startswith("INSERT") else ""


async def test_a_repeat_asks_the_same_of_the_database_and_takes_its_ballot_back():
    first, again = Link(1, 1), Link(0, 1)
    assert await cast_ballot(first, WAVE, bytes(32), b"sealed") is True
    assert await cast_ballot(again, WAVE, bytes(32), b"sealed") is True
    assert first.asked[:-1] == again.asked[:-1]
    assert first.asked[-1] == "RELEASE SAVEPOINT before; COMMIT"
    assert again.asked[-1] == "ROLLBACK TO SAVEPOINT before; COMMIT"


async def test_the_lock_comes_first_and_the_receipt_before_the_ballot():
    link = Link(1, 1)
    await cast_ballot(link, WAVE, bytes(32), b"sealed")
    assert link.asked[0].startswith("BEGIN; SELECT pg_advisory_xact_lock_shared(")
    assert "counting.spent" in link.asked[1]
    assert "counting.urn" in link.asked[2]


async def test_a_wave_that_is_not_open_takes_nothing():
    assert await cast_ballot(Link(0, 0), WAVE, bytes(32), b"sealed") is False


async def test_what_breaks_in_the_middle_is_rolled_back_and_told():
    link = Link(1, breaks=True)
    with pytest.raises(OSError, match="gone"):
        await cast_ballot(link, WAVE, bytes(32), b"sealed")
    assert link.asked[-1] == "ROLLBACK"
