"""A wave of stakeholders who stand on a list: by mail or by letter, from opening to publication."""

import pytest

from survey_app.asking.delivery.remind import remind_wave
from survey_app.asking.errors import OpeningRefused, RegisterProblems
from survey_app.asking.invitations.listed import read_list
from survey_app.asking.invitations.replace_link import replace_link
from survey_app.commands.waves import open_named
from survey_app.settings import Settings
from survey_app.shared.database import Login, fetch
from tests.asking_builders import NOW, import_campaign, open_wave

STAKEHOLDERS = """
key = "samarbeid"
form = "interessent.sam"
population = "stakeholders"
legal_basis = "GDPR article 6 (1) e"
retention_days = 1825
sender = "Kommunikasjon <post@example.org>"
contact = "post@example.org"
title = { nb = "Samarbeidspartnere", nn = "Samarbeidspartnarar", en = "Partners" }
purpose = { nb = "Måle tilliten", nn = "Måle tilliten" }

[[waves]]
key = "samarbeid-1"
invite = "list"
opens_on = 2026-05-12
closes_on = 2026-06-09
results_on = 2026-06-23
reminder_days = [10]
"""
LIST = "email,language\n" + "".join(f"p{n}@example.org,nn\n" for n in range(6)) + ",en\n"


async def opened(text=LIST, campaign=STAKEHOLDERS, **more):
    await import_campaign(campaign)
    return await open_wave("samarbeid-1", form="interessent.sam", sample=read_list(text), **more)


async def test_a_list_is_invited_by_mail_and_by_letter(database):
    drawn = await opened()
    assert (drawn.invited, drawn.mails, dict(drawn.key_groups)) == (7, 6, {"": 7})
    rows = await fetch(
        Login.WORKER,
        "SELECT i.channel, email, language, sample_row, domain, person, count(o.id) AS mails"
        " FROM asking.invitation i LEFT JOIN asking.outbox o ON o.invitation = i.id"
        " GROUP BY i.id ORDER BY sample_row",
    )
    assert [tuple(row.values()) for row in rows] == [
        *(("email", f"p{n}@example.org", "nn", n + 2, "", None, 1) for n in range(6)),
        ("letter", None, "en", 8, "", None, 0),
    ]


async def test_reminders_go_to_those_who_were_mailed_to(database):
    await opened()
    await fetch(Login.WORKER, "UPDATE asking.outbox SET state = 'sent'")
    assert await remind_wave("samarbeid-1", now=NOW) == 6


async def test_a_link_of_a_list_is_replaced_by_address_or_by_line(database):
    await opened()
    assert (await replace_link("samarbeid-1", "P3@example.org", now=NOW, actor="x")).by_mail
    assert not (await replace_link("samarbeid-1", 8, now=NOW, actor="x")).by_mail
    rows = await fetch(
        Login.WORKER, "SELECT sample_row FROM asking.invitation WHERE generation = 1 ORDER BY 1"
    )
    assert [row["sample_row"] for row in rows] == [5, 8]


@pytest.mark.parametrize(
    ("text", "campaign", "why"),
    [
        ("email\na@example.org\n", STAKEHOLDERS, "only 1 stand in the file"),
        (LIST, STAKEHOLDERS.replace(" <post@example.org>", ""), "no sender with an e-mail"),
    ],
    ids=["few", "no sender"],
)
async def test_a_list_that_cannot_be_invited_opens_nothing(database, text, campaign, why):
    with pytest.raises(OpeningRefused, match=why):
        await opened(text, campaign)
    assert await fetch(Login.WORKER, "SELECT 1 FROM asking.invitation") == []


@pytest.mark.parametrize(
    ("content", "refused", "why"),
    [
        ("email\na@example.org\n".encode("utf-16"), OpeningRefused, "only 1 stand in the file"),
        (b"PK\x03\x04", RegisterProblems, "the file is a workbook and no CSV"),
    ],
    ids=["UTF-16", "workbook"],
)
async def test_the_command_reads_a_list_as_the_page_does(database, tmp_path, content, refused, why):
    await import_campaign(STAKEHOLDERS)
    file = tmp_path / "list.csv"
    file.write_bytes(content)
    with pytest.raises(refused, match=why):
        await open_named("samarbeid-1", Settings(data_dir=tmp_path), file, print)


async def test_a_wave_with_a_list_needs_one(database):
    await import_campaign(STAKEHOLDERS)
    with pytest.raises(OpeningRefused, match="needs its file: give it with --sample"):
        await open_wave("samarbeid-1", form="interessent.sam")
