"""Names, addresses and links of letters that were made on a page: in no table, file, log or Redis.

The host keeps more than it should (`tests/attack/host.py`): all of the write-ahead log, every
command to Redis, every log line down to DEBUG.
"""

from __future__ import annotations

import re
import secrets

from redis import Redis

from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publishing.closing.serve_holders import serve_holders
from survey_app.running.make_requested_letters import make_requested_letters
from survey_app.shared.database import Login, fetch
from tests.attack.host import data_dir, files_with, log_file, postgres, redis, settings
from tests.builders_answering import without_pools
from tests.letters import KEY, a_sampled_wave, rows_of

__all__ = ["data_dir", "log_file", "postgres", "redis", "settings"]

PAGE = f"/waves/{KEY}/letters"
LARGE = b"\r\n" * 600_000  # more than the framework keeps of a file in memory


async def send(web, page, file=None, **fields):
    token = re.search(r'name="csrf" value="([^"]+)"', (await web.get(page)).text)[1]
    files = {"addresses": ("addresses.csv", file) if file else ("", b"")}
    return await web.post(page, data={"csrf": token} | fields, files=files, follow_redirects=False)


async def work():
    bind_worker()
    with without_pools():
        await make_requested_letters({})
    bind_web()


async def test_no_name_address_or_link_is_left_anywhere(
    web, settings, sign_in, redis, data_dir, log_file, monkeypatch
):
    monkeypatch.setattr("survey_app.running.make_requested_letters.settings", lambda: settings)
    wave = await a_sampled_wave(settings)
    bind_worker()
    with without_pools():
        await serve_holders(settings.secret())
    bind_web()
    await sign_in(Role.COMMUNICATIONS)
    name, street = (word + secrets.token_hex(8) for word in ("Navn", "Gate"))
    wrong = f"row;name;address;postcode;place\n2;{name};{street} 1;1;Oslo\n".encode()
    right = "".join(f"{row};{name};{street} {row};0150;Oslo\n" for row in range(2, 8))
    needles = [name.encode(), street.encode(), *(token.encode() for token in wave.tokens)]

    async def look():
        await fetch(Login.MIGRATOR, "CHECKPOINT")
        with Redis(unix_socket_path=str(redis.socket)) as box:
            box.save()
        return files_with(data_dir, needles)

    def refused(*_args, **_given):
        raise AssertionError("a file was put on the disk")

    with monkeypatch.context() as patched:
        patched.setattr("tempfile.TemporaryFile", refused)
        file = wrong.splitlines()[0] + b"\n" + right.encode() + LARGE
        assert (await send(web, PAGE, wrong, what="first", form="pdf")).status_code == 422
        looked_over = await send(web, PAGE, file, what="first", form="pdf")
    address = looked_over.headers["location"]
    assert await look() == []
    await send(web, address, step="confirm")
    await work()
    assert await look() == []
    assert (await send(web, address, step="fetch")).content.startswith(b"%PDF")
    # the same as CSV: what a page of a PDF says is deflated, and could hide
    given = {"what": "again-first", "form": "csv", "again": "to be looked for"}
    address = (await send(web, PAGE, **given)).headers["location"]
    await send(web, address, step="confirm")
    await work()
    assert await look() == []
    links = rows_of((await send(web, address, step="fetch")).content)
    assert {row["url"].rpartition("/")[2] for row in links} == set(wave.tokens)
    assert await look() == []
    # and this search does find what is there
    await fetch(Login.MIGRATOR, "UPDATE asking.letter_request SET file_name = $1", name)
    assert len(await look()) > 0
