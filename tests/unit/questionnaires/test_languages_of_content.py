"""A language is content: it comes later, lacks texts, and changes nothing that was released."""

import shutil
import uuid
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner
from piccolo.columns import Varchar

from questionnaires.content import SETTING
from questionnaires.errors import QuestionnaireErrors
from questionnaires.loader import content_hashes, load_library, missing_in
from survey_app.accounts.tables import Account
from survey_app.asking.delivery.compose import Envelope, Recipient, compose
from survey_app.asking.invitations.tables import Invitation
from survey_app.asking.people.tables import Person
from survey_app.cli import barometer
from survey_app.shared.agency import in_language
from survey_app.subscriptions.tables import Subscription
from tests.agencies import SECOND

SOUTHERN = """
[[language]]
code = "sma"
name = "Åarjelsaemien gïele"
locale = "sma_NO"
partial = true
added = true
quotes = ["«", "»"]
time = "%H:%M"
register = "SMA"
"""


@pytest.fixture
def content(tmp_path, monkeypatch):
    """A copy of the second agency's content, which this process reads."""
    root = tmp_path / "content"
    shutil.copytree(SECOND, root)
    monkeypatch.setenv(SETTING, str(root))
    return root


def change(root, file, old, new):
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems(root):
    with pytest.raises(QuestionnaireErrors) as caught:
        load_library(root)
    return [str(problem) for problem in caught.value.problems]


def release(root):
    frozen = content_hashes(root)
    lines = "".join(f'"{name}" = "{value}"\n' for name, value in frozen.items())
    (root / "released.toml").write_text(lines, encoding="utf-8")
    return frozen


def add_southern_sami(root, *, style=SOUTHERN):
    """Write the language and a few of its texts: an index, an answer, a question, an own name."""
    change(root, "agency.toml", "\n[name]", f"{style}\n[name]")
    change(root, "agency.toml", 'se = "suohkan"', 'se = "suohkan"\nsma = "tjïelte"')
    change(root, "indices.toml", 'se = "Luohttámuš"', 'se = "Luohttámuš", sma = "Leahkoe"')
    change(root, "response_options.toml", 'se = "Nisson"', 'se = "Nisson", sma = "Nyjsenæjja"')
    (root / "instruments/bygda/v1/text.sma.toml").write_text(
        'title = "x"\n[item."bo.alder"]\ntext = "Man båeries datne?"\n', encoding="utf-8"
    )


def test_a_language_that_came_later_changes_nothing_that_was_released(content):
    frozen = release(content)
    add_southern_sami(content)
    now = content_hashes(content)
    assert {name: now[name] for name in frozen} == frozen
    assert load_library(content).indices["TIL"].short["sma"] == "Leahkoe"
    assert set(now) - set(frozen) == {"indices/2030-1/TIL/sma", "instruments/bygda/v1/sma"}


def test_what_is_frozen_of_a_later_language_is_held_to_its_hash(content):
    add_southern_sami(content)
    release(content)
    change(content, "response_options.toml", "Nyjsenæjja", "Nyjsenæjjah")
    (told,) = problems(content)
    assert told.startswith("released.toml: instruments/bygda/v1/sma: the content of this released")


def test_a_later_language_that_does_not_say_so_is_told_with_its_mend(content):
    release(content)
    add_southern_sami(content, style=SOUTHERN.replace("added = true\n", ""))
    assert (
        "released.toml: indices/2030-1/TIL: it was released before it had texts in sma: write"
        " «added = true» at this language in agency.toml, and they are frozen by themselves"
        in problems(content)
    )


def test_a_text_that_a_partial_language_lacks_is_read_in_the_one_that_stands_in(content):
    library = load_library(content)
    assert in_language(library.indices["TIL"].short, "se") == "Luohttámuš"
    assert in_language(library.indices["OMD"].short, "se") == "Innbyggere"
    assert library.messages.text("button.submit", "se") == "Sádde"
    assert library.messages.raw("mail.invitation.subject", "se") == library.messages.raw(
        "mail.invitation.subject", "nb"
    )
    assert library.messages.language_of("mail.invitation.subject", "se") == "nb"


def test_a_language_that_is_not_partial_has_every_text(content):
    change(content, "agency.toml", "partial = true\n", "")
    assert "agency.toml: rhythm: the text in se is missing; write it" in problems(content)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "partial = true",
            "partial = true\nrequired = true",
            (
                "agency.toml: language se partial: nothing is opened without a required language,"
                " so it is whole; keep one"
            ),
        ),
        (
            "required = true",
            "added = true",
            (
                "agency.toml: language nb added: the first language stands in for every other; take"
                " this out"
            ),
        ),
    ],
)
def test_a_language_that_says_too_much_is_told(content, old, new, told):
    change(content, "agency.toml", old, new)
    assert told in problems(content)


def test_the_check_counts_and_lists_the_texts_that_a_partial_language_lacks(content):
    done = CliRunner().invoke(
        barometer, ["questionnaire", "check", "--missing", "se", str(content)]
    )
    lacking = missing_in("se", content)
    assert "unit_types.toml: teknisk: the text in se is missing; write it" in done.output
    assert f"se: {len(lacking)} texts of the content are not written; readers see them in nb" in (
        done.output
    )
    assert done.exit_code == 0


def test_what_is_stored_of_a_person_has_room_for_every_code_of_a_language():
    columns = [
        column
        for table in (Account, Invitation, Person, Subscription)
        for column in table._meta.columns
        if column._meta.name == "language" and isinstance(column, Varchar)
    ]
    assert len(columns) == 4
    assert {column.length for column in columns} == {3}


def test_a_mail_that_a_partial_language_lacks_is_in_the_other_from_head_to_foot(content):
    library = load_library()
    envelope = Envelope(
        campaign="fjell",
        population="staff",
        sender="Personal <personal@example.org>",
        contact="personal@example.org",
        demo=False,
        remind_everybody=False,
        minimum_group=5,
        closes_on=date(2030, 5, 26),
        results_on=date(2030, 6, 9),
        questionnaire=library.questionnaire("fjell.kort").to_json(),
        wave="fjell-2030-k2",
        key_list_hash="1f" * 32,
    )
    reader = Recipient(uuid.UUID(int=7), "invitation", "ane@example.org", "se", "abcdef")
    now = datetime(2030, 5, 12, 7, 0, tzinfo=UTC)
    mail = compose(envelope, reader, library.messages, base_url="https://svar.example.org", now=now)
    body = mail.get_body(("plain",)).get_content()
    assert mail["Content-Language"] == "nb"
    # a date of the language that was asked for would stand in a sentence of the other
    assert "Fristen er søndag 26.\u00a0mai." in body
    assert "https://svar.example.org/answer/abcdef?lang=se\n" in body
