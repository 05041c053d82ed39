"""Which places a leader or representative may see (design 8.3: small units are merged)."""

from copy import deepcopy

import pytest

from survey_app.accounts.errors import ForeignPage
from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import SignedIn
from survey_app.reading.published import Published
from survey_app.reading.scope import own_units, place, visible
from tests.builders_publication import MERGED_UNIT, staff_series

MEMBERS = ["kontor-2", "bolig-1"]


@pytest.fixture
def merged():
    content = deepcopy(staff_series()[3])
    unit = next(row for row in content["domains"] if row["code"] == MERGED_UNIT)
    unit["members"] = MEMBERS
    return Published(content)


def leader(unit):
    return SignedIn("1", "leader@example.org", Role.LEADER, unit, "nb", "")


@pytest.mark.parametrize("code", [MERGED_UNIT, *MEMBERS])
def test_a_leader_of_a_merged_unit_finds_the_page_by_any_of_its_codes(merged, code):
    reader = leader(code)
    assert [unit.code for unit in own_units(reader, merged)] == [MERGED_UNIT]
    assert place(reader, merged, None, "/culture").code == MERGED_UNIT
    assert place(reader, merged, code, "/culture").code == MERGED_UNIT


def test_a_leader_finds_no_neighbour_of_a_merged_unit(merged):
    reader = leader(MEMBERS[0])
    units = [domain.code for domain in visible(reader, merged) if domain.level == "unit"]
    assert units == [MERGED_UNIT]
    with pytest.raises(ForeignPage):
        place(reader, merged, "sorvest-1", "/culture")
