"""Beside a change stands how many answered then, where that was another share."""

import copy

import pytest

from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publications.shelf import KEPT_BYTES
from survey_app.reading import waves
from survey_app.shared.kept import KeptInBytes
from tests.builders_publication import public_series, put_on_shelf, words


async def test_who_reads_a_change_is_told_that_far_fewer_answered_than_then(web, database, sign_in):
    """From 80 to 26 of 100: pages told the change, and of now alone how many had answered."""
    *before, newest = (copy.deepcopy(one) for one in public_series()[-3:])
    before[-1]["response"]["rr2"], newest["response"]["rr2"] = 0.8, 0.26
    bind_worker()
    await put_on_shelf(*before, newest)
    bind_web()
    then = before[-1]["wave"]["labels"]["in"]["nb"]
    told = f"Svarprosenten har falt fra 80 % {then}. En endring siden da kan derfor også komme av"
    assert told in words(await web.get("/results?lang=nb"))
    await sign_in(Role.COMMUNICATIONS)
    assert told in words(await web.get("/reputation?lang=nb"))
    earlier = words(await web.get(f"/reputation?lang=nb&wave={before[-1]['wave']['key']}"))
    assert "Svarprosenten har økt fra 27 %" in earlier


async def test_how_many_answered_then_is_read_without_opening_what_was_published_then(
    web, database
):
    """Ten years of publications fit into no process: each reader made all of them anew."""
    *before, newest = (copy.deepcopy(one) for one in public_series()[-3:])
    before[-1]["response"]["rr2"], newest["response"]["rr2"] = 0.8, 0.26
    bind_worker()
    await put_on_shelf(*before, newest)
    bind_web()
    kept = KeptInBytes(KEPT_BYTES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(waves, "_kept", kept)
        assert "Svarprosenten har falt fra 80 %" in words(await web.get("/results?lang=nb"))
    assert len(kept) == 1
