"""What whoever wants to hold us to it may keep: heads of the log, and of all that is published."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response, get

from survey_app.audit.heads import heads_as_json, list_heads
from survey_app.publications.records import hashes_on_shelf
from survey_app.shared import clock
from survey_app.shared.browser_code import digest_of, running_version, served_files
from survey_app.shared.database import Login
from survey_app.waves.answered import key_list_hashes

ALL_HEADS: Final = "barometer-heads/1"


@get("/log/heads.json")
async def show_heads() -> Response[dict[str, Any]]:
    """Give a number and a hash for each day: they tell nothing of what the log says."""
    return Response(
        heads_as_json(await list_heads(Login.WEB)), headers={"cache-control": "max-age=3600"}
    )


@get("/heads.json")
async def show_all_heads() -> Response[dict[str, Any]]:
    """Give the hash of everything that is published once and may never change (docs/witness.md).

    What was told here once is told for good: a witness keeps it, and sees what is taken away, made
    anew or shown to others in another form.
    """
    log = heads_as_json(await list_heads(Login.WEB))
    told = {
        "format": ALL_HEADS,
        "key_lists": await key_list_hashes(),
        **await hashes_on_shelf(at=clock.now()),
        "log": {head["day"]: f"{head['number']}:{head['hash']}" for head in log["heads"]},
        "code": {running_version(): digest_of(served_files())},
    }
    return Response(told, headers={"cache-control": "no-cache"})


OPEN_HANDLERS = [show_heads, show_all_heads]
