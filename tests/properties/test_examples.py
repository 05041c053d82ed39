"""Tests that draw examples draw others in each run, and more of them in `make audit`."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import pytest_pycollect_makemodule
from tests.examples import examples


@pytest.fixture
def found_on_a_build_server():
    """Find this file as a run does that a build server has begun; then all is as before."""
    name = settings.get_current_profile_name()
    kept = settings.get_profile(name)

    def find(*, audit):
        settings.load_profile("ci")
        options = SimpleNamespace(getoption={"audit": audit}.get)
        pytest_pycollect_makemodule(Path(__file__), SimpleNamespace(config=options))

    yield find
    settings.load_profile(name)
    settings.register_profile(name, kept)


@pytest.mark.parametrize("audit", [False, True])
def test_each_run_draws_other_examples_on_a_build_server_too(found_on_a_build_server, audit):
    assert settings.get_profile("ci").derandomize
    found_on_a_build_server(audit=audit)
    assert not settings().derandomize
    assert settings().deadline is None


@pytest.mark.parametrize(("audit", "number"), [(False, 3), (True, 7)])
def test_make_audit_draws_the_larger_number(found_on_a_build_server, audit, number):
    found_on_a_build_server(audit=audit)
    drawn = []

    @examples(3, audit=7)
    @given(st.integers())
    def look(one):
        drawn.append(one)

    look()
    assert len(drawn) == number
