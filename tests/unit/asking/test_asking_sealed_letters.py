"""Letters that only the printing house opens: which keys are taken, and that size tells nothing."""

import io
import zipfile

import pyrage
import pytest

from survey_app.asking.errors import UnusableRecipient
from survey_app.asking.letters.seal import read_recipient, seal

HOUSE = pyrage.x25519.Identity.generate()
KEY = str(HOUSE.to_public())


def opened(sealed, identity=HOUSE):
    return zipfile.ZipFile(io.BytesIO(pyrage.decrypt(sealed, [identity])))


def test_the_printing_house_opens_what_was_sealed_to_it_and_nobody_else_does():
    sealed = seal("letters.csv", b"row,url\r\n", size=400, recipient=KEY)
    assert b"row,url" not in sealed
    assert opened(sealed).read("letters.csv") == b"row,url\r\n"
    with pytest.raises(pyrage.DecryptError):
        opened(sealed, pyrage.x25519.Identity.generate())


def test_a_file_of_few_is_as_large_as_one_of_all():
    sealed = [seal("letters.pdf", b"x" * n, size=9000, recipient=KEY) for n in (0, 7, 9000)]
    # age itself adds some bytes by chance, whatever is inside
    assert len({len(pyrage.decrypt(one, [HOUSE])) for one in sealed}) == 1


def test_the_key_is_given_by_itself_or_as_the_file_that_age_keygen_writes(tmp_path):
    file = tmp_path / "house.pub"
    file.write_text(f"# created: 2026-05-12\n{KEY}\n")
    assert read_recipient(f" {KEY}\n") == read_recipient(str(file)) == KEY


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (f"# public key: {KEY}\n{HOUSE}\n", "this is a secret key"),
        (f"{KEY}\n{KEY}\n", "holds 2 keys"),
        ("", "holds 0 keys"),
        (KEY[:-1], "no public key of age"),
        ("ssh-ed25519 AAAA", "no public key of age"),
    ],
    ids=["secret", "two", "none", "cut off", "another kind"],
)
def test_anything_else_is_refused_with_a_sentence(tmp_path, content, why):
    file = tmp_path / "key"
    file.write_text(content)
    with pytest.raises(UnusableRecipient, match=why) as caught:
        read_recipient(str(file))
    assert str(HOUSE) not in str(caught.value)


def test_a_secret_key_on_the_command_line_is_not_repeated():
    with pytest.raises(UnusableRecipient) as caught:
        read_recipient(str(HOUSE))
    assert str(HOUSE) not in str(caught.value)


def test_a_file_that_is_not_there_is_told():
    with pytest.raises(UnusableRecipient, match="neither a public key of age"):
        read_recipient("nowhere.pub")
