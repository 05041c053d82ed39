"""A real SMTP server that keeps what it gets."""

import pytest

from survey_app.asking.delivery.sink import start_sink


@pytest.fixture
def sink(tmp_path):
    running = start_sink(tmp_path / "mail")
    yield running
    running.stop()
