from email import message_from_bytes
from email.policy import SMTP, default

import pytest

from survey_app.shared.mail_headers import new_mail

LONG = "https://verdibarometer.kriminalomsorgen.example/subscriptions/stop/" + "x" * 43


def sent(**headers):
    mail = new_mail()
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("tekst")
    return mail.as_bytes(policy=SMTP)  # as aiosmtplib writes it


def test_a_long_address_stays_one_address():
    raw = sent(List_Unsubscribe=f"<{LONG}>")
    assert f"List-Unsubscribe: <{LONG}>\r\n".encode() in raw


@pytest.mark.parametrize(
    "subject",
    [
        "Nye tall: Kulturen i kriminalomsorgen – desember 2026, kortmåling",
        "Nye tall: Kulturen i Region Øst – høsten 2026, hovedmåling med et langt navn på slutten",
        "New figures: short",
        "Only ASCII letters, and so many of them that the line has to be folded somewhere in here",
    ],
)
def test_a_subject_is_read_as_it_was_written_in_lines_that_are_short_enough(subject):
    raw = sent(Subject=subject)
    assert message_from_bytes(raw, policy=default)["Subject"] == subject
    head = raw.split(b"\r\n\r\n")[0]
    assert max(len(line) for line in head.split(b"\r\n")) <= 78


def test_a_subject_cannot_bring_a_header_along():
    with pytest.raises(ValueError, match="linefeed"):
        sent(Subject="x\r\nBcc: somebody@example.org")
