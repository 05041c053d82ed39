"""Mails that were sent to a real SMTP server, and what the outbox says of them."""

from collections import Counter
from email import message_from_bytes
from email.policy import default

from questionnaires.loader import load_library
from survey_app.asking.delivery.mail_server import MailServer
from survey_app.asking.delivery.send_due import send_due
from survey_app.shared.database import Login, fetch
from tests.asking_builders import NOW

SECRET = b"a secret of the installation"
BASE = "https://svar.example.org"


def mails(tmp_path):
    files = sorted((tmp_path / "mail").glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=default) for file in files]


async def send(url, *, now=NOW, most=None, reports_to=None, connections=1):
    async with MailServer(url, connections) as server:
        return await sends_by(server, now=now, most=most, reports_to=reports_to)


async def sends_by(server, *, now, most=None, reports_to=None):
    return await send_due(
        server,
        load_library().messages,
        secret=SECRET,
        base_url=BASE,
        clock=lambda: now,
        most=most,
        reports_to=reports_to,
    )


async def outbox(kind="invitation"):
    rows = await fetch(
        Login.WORKER,
        "SELECT state, attempts, problem, due_at, sent_at FROM asking.outbox WHERE kind = $1",
        kind,
    )
    return rows, Counter(row["state"] for row in rows)
