"""A shelf that the reading pages of this folder read, and none of them changes."""

import json
import uuid
from collections.abc import Iterator

import pytest

from survey_app.shared.database import Login
from tests.builders_publication import (
    public_series,
    put_on_shelf,
    staff_series,
)
from tests.builders_publication.older import in_format_2
from tests.stocked_shelf import emptied, stocked_database


@pytest.fixture(scope="package")
def stocked(postgres) -> Iterator[dict[Login, str]]:
    """A database with waves of staff and of the public, and one of stakeholders."""

    async def stock() -> None:
        staff = staff_series()
        # the oldest was published by the rule of before
        before = json.dumps(in_format_2(staff[0])).encode()
        # contents are kept in memory by id
        await put_on_shelf(staff[0], content=before, id=uuid.uuid5(uuid.NAMESPACE_URL, "before"))
        await put_on_shelf(*staff[3:], *public_series()[-2:], *public_series("stakeholders"))

    with stocked_database(postgres, stock) as addresses:
        yield addresses


@pytest.fixture
async def database(stocked) -> dict[Login, str]:
    """The same shelf for every test here: pages only read it. Accounts are each test's own."""
    return await emptied(stocked, "accounts.account")


@pytest.fixture
def shelf(database) -> None:
    """Name what a test stands on."""
