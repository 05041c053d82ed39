"""How often the agency asks anybody, as it says in `agency.toml`."""

import pytest

from questionnaires.agency import load_agency
from questionnaires.burden import Burden, parse_burden
from questionnaires.reading import Table


def read(**said):
    problems = []
    return parse_burden(Table("agency.toml", "burden", said, problems)), problems


def test_the_agency_s_own_limits_are_three_a_year_and_eight_weeks():
    assert load_agency().burden == Burden(3, None, 8) == read()[0]


def test_another_agency_counts_in_days():
    assert read(invitations=2, days=365, weeks_between=0) == (Burden(2, 365, 0), [])


@pytest.mark.parametrize("said", [{"invitations": 0}, {"days": 0}, {"weeks_between": -1}])
def test_a_limit_that_nobody_could_keep_is_told(said):
    [problem] = read(**said)[1]
    assert "too few" in str(problem)
