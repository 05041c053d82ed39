"""What a demo made up is served in the demo alone: every way to start says so in one sentence."""

import os
import subprocess

import pytest

from survey_app.accounts.change_account import set_active
from survey_app.accounts.create_account import create_account
from survey_app.accounts.roles import Role
from survey_app.commands.demo import demo_account
from survey_app.installation.made_up import refuse_the_demos, told_of_the_demo
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from survey_app.shared.errors import ServiceError
from tests.asking_builders import import_campaign
from tests.live_server import free_port

EMAIL = demo_account(Role.ADMIN)[0]


async def a_demo_account(email=EMAIL):
    await create_account(
        email=email, role=Role.ADMIN, password="demo-admin-password", unit="", language="nb",
        now=clock.now(),
    )  # fmt: skip


async def test_real_accounts_and_campaigns_are_served(database):
    await import_campaign()
    await a_demo_account("admin@agency.example")
    for login in (Login.WEB, Login.WORKER):
        await refuse_the_demos(login)


async def test_a_demo_account_is_refused_until_it_is_closed(database):
    await a_demo_account()
    with pytest.raises(ServiceError, match=f"{EMAIL}: close each with `barometer account close"):
        await refuse_the_demos(Login.WEB)
    await set_active(EMAIL, active=False, now=clock.now())
    assert await told_of_the_demo(Login.WEB) == ""


async def test_made_up_results_are_refused_also_without_an_account(database):
    await import_campaign()
    await fetch(Login.MIGRATOR, "UPDATE asking.campaign SET demo = true")
    for login in (Login.WEB, Login.WORKER):
        with pytest.raises(ServiceError, match="may not stand among real results"):
            await refuse_the_demos(login)


@pytest.mark.parametrize("part", ["up", "web", "web --ballots-only", "worker"])
async def test_every_part_refuses_to_start_and_says_how_to_mend_it(
    database, redis, tmp_path, warm, part
):
    await import_campaign()
    await fetch(Login.MIGRATOR, "UPDATE asking.campaign SET demo = true")
    names = {
        Login.MIGRATOR: "",
        Login.WEB: "_WEB",
        Login.READER: "_READER",
        Login.WORKER: "_WORKER",
    }
    environment = {
        f"BAROMETER_DATABASE_URL{name}": database[login] for login, name in names.items()
    }
    port = [] if part == "worker" else ["--port", str(free_port())]
    done = subprocess.run(  # noqa: ASYNC221
        [warm.executable, "-m", "survey_app.cli", *part.split(), *port],
        env={**os.environ, **environment, "BAROMETER_REDIS_URL": redis.url,
             "BAROMETER_DATA_DIR": str(tmp_path),
             "BAROMETER_SECRET_KEY": "for tests only, and long enough there"},
        check=False, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 2
    assert "start it with `barometer demo`" in done.stderr
    assert len(done.stderr.splitlines()) == 1
