"""Heads of more publications than memory keeps are read by several at once."""

import asyncio
from collections import OrderedDict
from datetime import UTC, datetime

import pytest

from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publications import heads, shelf
from tests.builders_publication import put_on_shelf, staff_series

AT = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.mark.usefixtures("database")
async def test_who_reads_heads_loses_none_that_another_lets_go_meanwhile(monkeypatch):
    bind_worker()
    for content in staff_series()[:4]:
        await put_on_shelf(content)
    bind_web()
    monkeypatch.setattr(heads, "HEADS_KEPT", 1)
    monkeypatch.setattr(heads, "_told", OrderedDict())
    every = await shelf.heads("staff", at=AT)
    oldest = str(every[0].id)
    for _ in range(10):
        found, again = await asyncio.gather(
            shelf.find_head(oldest, at=AT), shelf.heads("staff", at=AT)
        )
        assert found.id == every[0].id
        assert [one.id for one in again] == [one.id for one in every]
