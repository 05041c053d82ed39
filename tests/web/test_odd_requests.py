"""No address answers that the fault is ours, however oddly it is asked, and whoever asks."""

import random

import pytest

from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_web, bind_worker
from tests.attack.odd_requests import (
    Told,
    a_few_of_each,
    ask_all,
    odd_bodies,
    odd_forms,
    odd_gets,
)
from tests.attack.pages_learnt import Routes, learn
from tests.builders_answering import a_draft, an_open_wave
from tests.builders_publication import public_series, put_on_shelf, staff_series

SEED = 17


@pytest.fixture
async def stocked(web, settings):
    """An open wave, one that nobody has opened, an open survey, and figures on the shelf."""
    bind_worker()
    await put_on_shelf(staff_series()[-1], public_series()[-1])
    wave = await an_open_wave(settings)
    await an_open_wave(settings, "apen", form="omdomme.open", population="open", kind="open",
                       invite="open")  # fmt: skip
    await a_draft("two")
    bind_web()
    return ["/", f"/answer/{wave.tokens[0]}", "/open/apen", "/waves/two/keys", "/waves/two/plan"]


async def test_no_odd_request_is_answered_as_a_fault_of_ours(web, stocked, sign_in):
    """One of each address, others with another seed; `make audit` sends all."""
    routes, chance, told = Routes(web.app), random.Random(SEED), Told()
    await sign_in(Role.HR)
    learnt = await learn(web, routes, stocked, most=35)
    requests = (
        *odd_gets(routes, learnt, chance, each=1),
        *odd_forms(learnt, chance, each=1),
        *odd_bodies(routes, learnt, chance, each=1),
    )
    await ask_all(web, a_few_of_each(requests, routes, chance, 1), told)
    print(told)
    assert not told.faults, "\n".join(told.faults)
    assert told.asked > 240


@pytest.mark.parametrize("place", ["/ballot", "/ballot/unsent", "/answer/{token}/credential"])
@pytest.mark.parametrize("body", [b'{"a":' * 12_000, b'{"a":%s' % (b"[" * 20_000)])
async def test_a_stranger_s_brackets_are_unreadable_and_no_fault_of_ours(
    web, settings, place, body
):
    wave = await an_open_wave(settings)
    reply = await web.post(place.format(token=wave.tokens[0]), content=body)
    assert (reply.status_code, reply.json()) == (422, {"outcome": "unreadable"})


@pytest.mark.parametrize("host", ["example.org:x", "example.org:99999", "a:1.example.org", "[::1"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
async def test_a_host_that_is_no_address_is_refused_on_every_page_and_no_fault_of_ours(
    web, host, method
):
    for path in ("/sign-in", "/culture", "/answer/x", "/ballot", "/scim/v2/Users", "/nothing"):
        reply = await web.request(method, path, headers={"host": host})
        assert (reply.status_code, reply.headers["cache-control"]) == (400, "no-store"), path
        assert bool(reply.content) == (method != "HEAD")


async def test_a_form_with_fields_without_end_is_refused_before_it_is_read_through(web, sign_in):
    await sign_in(Role.HR)
    one = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n'
    multipart, plain = "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"
    for address, body, kind, status in (
        ("/people/import", one * 1001 + b"--x--", multipart, 400),
        ("/people/import", b"a=b&" * 1001, plain, 400),
        ("/culture/history/add", one * 1001 + b"--x--", multipart, 400),
        ("/actions/new", b"a=b&" * 250_001, plain, 413),
    ):
        reply = await web.post(address, content=body, headers={"content-type": kind})
        assert reply.status_code == status, (address, kind)
        assert "Ingenting er endret" in reply.text


async def test_what_is_no_form_for_a_file_is_unreadable_and_no_fault_of_ours(web, sign_in):
    await sign_in(Role.HR)
    kind = b"multipart/mixed; boundary=x"
    nested = b"".join(
        b"--x%d\r\nContent-Type: %s%d\r\n\r\n" % (deep, kind, deep + 1) for deep in range(2000)
    )
    headers = {"content-type": "multipart/form-data; boundary=x0"}
    for address in ("/people/import", "/questionnaires/import", "/questionnaires/import/files"):
        for body in (nested, b"", b"no part", nested[:40]):
            reply = await web.post(address, content=body, headers=headers)
            assert reply.status_code == 400, (address, body[:20])
