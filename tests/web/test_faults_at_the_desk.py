"""A fault's page tells a developer where it arose, and nobody else."""

from litestar import get
from litestar.testing import TestClient

from survey_app.app import create_app


@get("/broken")
async def broken() -> None:
    """Fail, as a page under work does."""
    raise ValueError("told to developers")


def page_of_a_fault(settings, *, debug):
    app = create_app(settings, own_services=False, debug=debug)
    app.state.logins = ()
    app.register(broken)
    with TestClient(app, raise_server_exceptions=False) as client:
        return client.get("/broken", headers={"Accept": "text/html"})


def test_a_fault_is_shown_to_a_developer_and_to_nobody_else(settings):
    at_the_desk = page_of_a_fault(settings, debug=True)
    assert (at_the_desk.status_code, "told to developers" in at_the_desk.text) == (500, True)
    elsewhere = page_of_a_fault(settings, debug=False)
    assert (elsewhere.status_code, "told to developers" in elsewhere.text) == (500, False)
