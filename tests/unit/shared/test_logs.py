"""What our processes write down: one line an event, no flood, no message of an error, no time."""

import io
import json
import logging
import logging.config
import re

import pytest

from survey_app.shared import logs
from survey_app.shared.request_ids import RequestIds, request_id

SECOND = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+\d{4} WARNING barometer.test: ")
DAY = re.compile(r"^\d{4}-\d\d-\d\d WARNING barometer.test: ")


@pytest.fixture
def written(monkeypatch):
    """The lines that a process writes, once it has said how."""
    root, stream = logging.getLogger(), io.StringIO()
    before = (root.handlers[:], root.level)

    def begin(how):
        root.handlers = []
        how()
        for handler in root.handlers:
            handler.setStream(stream)
        return lambda: stream.getvalue().splitlines()

    yield begin
    root.handlers, root.level = before


def test_a_worker_tells_the_second_and_a_web_process_the_day_alone(written):
    for how, pattern in ((logs.log_with_times, SECOND), (logs.log_with_days, DAY)):
        lines = written(how)
        logging.getLogger("barometer.test").warning("something %s", how.__name__)
        assert pattern.match(lines()[-1]), lines()
        assert lines()[-1].endswith(f"something {how.__name__}")


def test_the_same_line_is_written_once_and_counted(written, monkeypatch):
    clock = iter([0.0, *[1.0] * 40, logs.REPEAT_SECONDS + 1])
    monkeypatch.setattr(logs.time, "monotonic", lambda: next(clock))
    lines, log = written(logs.log_with_times), logging.getLogger("barometer.test")
    for _ in range(42):
        log.warning("%s is away", "the database")
    assert [line.partition(": ")[2] for line in lines()] == [
        "the database is away",
        "the database is away (and 40 times more since)",
    ]


def test_an_error_is_its_kind_and_place_on_one_line(written):
    lines = written(logs.log_with_times)
    try:
        int("an answer\nand more of it")
    except ValueError:
        logging.getLogger("barometer.test").exception("it broke\nTask-17 with an answer")
    [line] = lines()
    assert "an answer" not in line
    assert "it broke ValueError at test_logs.py:" in line


def test_the_web_servers_lines_in_a_process_that_serves_carry_no_time(written):
    server = logging.getLogger(logs.SERVER)
    before = server.handlers[:]
    try:
        how = {"version": 1, "disable_existing_loggers": False}
        logging.config.dictConfig({**how, **logs.server_lines(as_json=False)})
        lines = written(logs.log_with_days)
        stream = io.StringIO()
        server.handlers[0].setStream(stream)
        server.error("a request failed")
        assert re.match(r"^\d{4}-\d\d-\d\d ERROR _granian: a request", stream.getvalue())
        assert lines() == []
    finally:
        server.handlers = before


def test_a_line_as_json_has_the_same_in_parts(written):
    lines = written(lambda: logs.log_with_days(as_json=True))
    try:
        int("an answer\nand more of it")
    except ValueError:
        logging.getLogger("barometer.test").exception("it broke\nTask-17 with an answer")
    told = json.loads(lines()[-1])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", told.pop("at"))
    assert told.pop("error").startswith("ValueError at test_logs.py:")
    assert told == {"level": "error", "logger": "barometer.test", "message": "it broke"}


async def test_a_request_has_a_number_of_its_own_and_what_is_outside_has_none(written):
    lines, seen = written(logs.log_with_days), []

    async def answered(_scope, _receive, _send):
        seen.append(request_id())
        logging.getLogger("barometer.test").warning("within")

    for _ in range(2):
        await RequestIds(answered)({}, None, None)
    logging.getLogger("barometer.test").warning("outside")
    assert len(set(seen)) == 2
    assert f"barometer.test [{seen[0]}]: within" in lines()[0]
    assert "barometer.test: outside" in lines()[-1]
