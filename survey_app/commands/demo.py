"""``barometer demo``: a simulated agency, and the whole system on it."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from questionnaires.checks_of_texts import check_texts
from questionnaires.content import use_content
from questionnaires.errors import QuestionnaireErrors
from questionnaires.whole import check_content
from survey_app.accounts.create_account import create_account
from survey_app.accounts.roles import UNIT_ROLES, Role
from survey_app.accounts.tables import Account
from survey_app.actions.write_action import Author
from survey_app.asking.delivery.sink import start_sink
from survey_app.commands.progress import Progress
from survey_app.commands.up import alone_at, local_address, run_parts
from survey_app.counting.urn import keys
from survey_app.installation.made_up import DOMAIN
from survey_app.installation.schema_state import APPS
from survey_app.installation.services import Services
from survey_app.installation.set_up import set_up
from survey_app.installation.tables import bind_worker
from survey_app.settings import Settings, read_settings, settings
from survey_app.shared import clock, queue
from survey_app.shared.database import Login, connection, fetch
from survey_app.shared.errors import ServiceError
from survey_app.shared.i18n import first_language
from survey_app.simulation.actions import Writers, seed_actions
from survey_app.simulation.comments import seed_releases
from survey_app.simulation.demo import Demo, build_demo, describe_demo
from survey_app.simulation.documented import documented
from survey_app.simulation.events import seed_events
from survey_app.waves.wave_keys import old_folder

# one masks comments, the other releases them
SECOND_HR = (f"hr2@{DOMAIN}", "demo-hr2-password")


def run_demo(
    *,
    agency: Path | None,
    port: int,
    people: int,
    waves: int,
    public_waves: int,
    seed: int,
    reset: bool,
    ready_file: Path | None,
) -> None:
    """Migrate, simulate if empty, then serve with demo accounts and a mailbox until Ctrl-C.

    Raises
    ------
    ServiceError
        If the port or the data folder is taken, the ready file cannot be written, or a part does
        not start.
    """
    base_url = local_address(port)
    os.environ.update(BAROMETER_DEMO="1", BAROMETER_BASE_URL=base_url)
    if agency is not None:
        use_content(agency)
    settings.cache_clear()
    chosen = read_settings()
    if wrong := tuple(check_texts(check_content())):
        raise QuestionnaireErrors(wrong)
    if ready_file:
        _make_room(ready_file)
    first = functools.partial(_forget_everything, chosen) if reset else None
    with alone_at(chosen.data_dir, port), set_up(chosen, first=first) as done:
        found = done.found
        asyncio.run(_prepare(chosen, people, waves, public_waves, seed))
        sink = start_sink(chosen.data_dir / "mail")
        try:
            run_parts(
                chosen,
                found,
                port,
                environment={"BAROMETER_SMTP_URL": sink.url},
                when_ready=lambda: _tell(chosen, found, base_url, ready_file),
            )
        finally:
            sink.stop()
            click.echo("\nStopped. The data is kept; start again with the same command.")


def _make_room(ready_file: Path) -> None:
    """Try to write it: what is made meanwhile takes minutes, and would be told to nobody."""
    part = ready_file.with_suffix(".part")
    try:
        ready_file.unlink(missing_ok=True)
        part.touch()
        part.unlink()
    except OSError as problem:
        raise ServiceError(
            f"{ready_file} cannot be written ({problem.strerror}): name another with --ready-file"
        ) from problem


async def _forget_everything(chosen: Settings) -> None:
    async with connection(Login.MIGRATOR) as link:
        for schema in APPS:
            await link.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        await link.execute("DROP TABLE IF EXISTS public.migration")
    await queue.redis_client().flushdb()
    await queue.close()
    for folder in (old_folder(chosen.data_dir), chosen.key_folder):
        for wave in keys.held(folder):
            keys.destroy(folder, wave)
    for name in ("mail", "truth"):
        shutil.rmtree(chosen.data_dir / name, ignore_errors=True)


async def _prepare(chosen: Settings, people: int, waves: int, public_waves: int, seed: int) -> None:
    bind_worker()
    with Progress() as progress:
        await build_demo(
            chosen,
            people=people,
            waves=waves,
            public_waves=public_waves,
            seed=seed,
            today=clock.today(),
            report=progress.report,
        )
    for role in Role:
        email, password = demo_account(role)
        if not await Account.exists().where(Account.email == email):
            await create_account(
                email=email,
                role=role,
                password=password,
                unit=await demo_unit() if role in UNIT_ROLES else "",
                language=first_language(),
                now=clock.now(),
            )
    writers = Writers(
        await _author(Role.LEADER), await _author(Role.HR), await _author(Role.REPRESENTATIVE)
    )
    if documented():
        # what leaders did and what happened is told of the agency that it was written for
        await seed_actions(writers, await demo_unit(), today=clock.today(), now=clock.now())
        await seed_events()
    email, password = SECOND_HR
    if not await Account.exists().where(Account.email == email):
        await create_account(
            email=email,
            role=Role.HR,
            password=password,
            unit="",
            language=first_language(),
            now=clock.now(),
        )
    await seed_releases(demo_account(Role.HR)[0], email, now=clock.now())
    await _mail_is_due_from_now()


async def _mail_is_due_from_now() -> None:
    # it waited while nothing ran, and would be told of as held up until the worker has come round
    await fetch(
        Login.WORKER,
        "UPDATE asking.outbox SET due_at = $1 WHERE state = 'due' AND due_at < $1",
        clock.now(),
    )


async def _author(role: Role) -> Author:
    email, _ = demo_account(role)
    [row] = await Account.select(Account.id).where(Account.email == email)
    return Author(row["id"], email)


async def demo_unit() -> str:
    """Return the unit of the demo's leader: one in the middle by size, so that it is shown.

    Of a demo without results yet, it is one of those that were asked first; where staff are not
    asked, the first of the register.
    """
    rows = await fetch(
        Login.WORKER,
        "SELECT code FROM asking.wave_domain WHERE level = 'unit' AND wave ="
        " (SELECT w.id FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign"
        "  WHERE c.population = 'staff' AND w.state NOT IN ('draft', 'cancelled')"
        "  ORDER BY w.state = 'published' DESC, w.kind = 'main' DESC, w.closes_on DESC LIMIT 1)"
        "  AND code IN (SELECT code FROM asking.unit)"  # a group of small units is no leader's
        " ORDER BY population DESC, code LIMIT 4",
    )
    return str(rows[-1]["code"]) if rows else await _first_unit()


async def _first_unit() -> str:
    sql = "SELECT code FROM asking.unit WHERE kind NOT IN ('agency', 'region') ORDER BY position"
    rows = await fetch(Login.WORKER, sql)
    return str(rows[0]["code"])


def demo_account(role: Role) -> tuple[str, str]:
    """Return e-mail and password of a role's demo account; they open made-up data only."""
    return f"{role.value}@{DOMAIN}", f"demo-{role.value}-password"


def _tell(chosen: Settings, found: Services, base_url: str, ready_file: Path | None) -> None:
    facts = asyncio.run(_facts(chosen, found, base_url))
    if ready_file:
        part = ready_file.with_suffix(".part")
        part.write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
        part.rename(ready_file)
    click.echo(_welcome(facts))


async def _facts(chosen: Settings, found: Services, base_url: str) -> dict[str, Any]:
    demo: Demo = await describe_demo(chosen)
    accounts = {role.value: demo_account(role) for role in Role}
    return {
        "base_url": base_url,
        "accounts": {
            role: {"email": email, "password": password}
            for role, (email, password) in accounts.items()
        },
        "second_hr": dict(zip(("email", "password"), SECOND_HR, strict=True)),
        "personal_links": list(demo.personal_links),
        "open_surveys": list(demo.open_surveys),
        "mailbox_url": f"{base_url}/dev/mailbox",
        "data_dir": str(chosen.data_dir.resolve()),
        "postgres_socket": str(found.postgres.socket) if found.postgres else None,
    }


def _welcome(facts: Mapping[str, Any]) -> str:
    base = facts["base_url"]
    lines = [
        "",
        "Verdibarometer runs with made-up data. Ctrl-C stops it; the data is kept.",
        "",
        f"  Open results      {base}/results",
        f"  Sign in           {base}/sign-in",
    ]
    for role in (Role.HR, Role.COMMUNICATIONS, Role.LEADER, Role.REPRESENTATIVE, Role.ADMIN):
        account = facts["accounts"][role.value]
        lines.append(f"    {role.value:<15} {account['email']}  {account['password']}")
    email, password = SECOND_HR
    lines.append(f"    {'hr, the second':<15} {email}  {password}")
    lines.append(f"  Mailbox           {facts['mailbox_url']}")
    lines += [f"  Open survey       {base}/open/{slug}" for slug in facts["open_surveys"]]
    if facts["personal_links"]:
        lines.append(f"  Answer a pulse    {facts['personal_links'][0]}")
    return "\n".join(lines)
