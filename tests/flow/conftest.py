"""A real SMTP server that keeps what it gets, and where agencies are kept for the next test."""

import pytest

from survey_app.asking.delivery.sink import start_sink


@pytest.fixture
def sink(tmp_path):
    running = start_sink(tmp_path / "mail")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def kept_in(tmp_path_factory):
    return tmp_path_factory.mktemp("kept-agencies")
