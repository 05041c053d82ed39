"""What is done after a reply holds nobody up, is done to its end, and tells no secrets."""

import asyncio

from survey_app.shared import aside


async def test_no_request_waits_for_it_and_the_process_does(monkeypatch):
    monkeypatch.setattr(aside, "LONGEST_PAUSE", 0.01)
    goes_on, done = asyncio.Event(), []

    async def write(who, *, actor):
        await goes_on.wait()
        done.append((who, actor))

    async with aside.finishing():
        # as the framework does before it takes the connection's next request
        await aside.aside(write, "hr@example.org", actor="")()
        assert done == []
        goes_on.set()
    assert done == [("hr@example.org", "")]


async def test_it_begins_at_a_moment_that_nobody_can_foretell(monkeypatch):
    slept = []

    async def sleep(seconds):
        slept.append(seconds)

    async def write():
        return None

    monkeypatch.setattr(aside.asyncio, "sleep", sleep)
    monkeypatch.setattr(aside, "LONGEST_PAUSE", 2.0)
    for _ in range(20):
        await aside.aside(write)()
    await aside.all_ended()
    assert len(set(slept)) > 10
    assert 0 <= min(slept) <= max(slept) < 2


async def test_what_fails_is_logged_by_kind_and_place_and_the_rest_goes_on(monkeypatch, caplog):
    monkeypatch.setattr(aside, "LONGEST_PAUSE", 0.0)
    done = []

    async def fail():
        raise ValueError("hr@example.org")

    async def write():
        done.append("written")

    await aside.aside(fail)()
    await aside.aside(write)()
    await aside.all_ended()
    assert done == ["written"]
    assert "unexpected ValueError at" in caplog.text
    assert "hr@example.org" not in caplog.text
