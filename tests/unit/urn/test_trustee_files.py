import errno
import json
import stat
import unicodedata

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from survey_app.counting.urn import trustee_files
from survey_app.counting.urn.trustee_files import (
    WrongPassphraseError,
    destroy_private,
    make_files,
    read_holder,
    read_private,
    read_public,
)
from survey_app.shared.trustees import TrusteeError

PASSPHRASE = "fire gode ord på rad"


@pytest.fixture
def made(tmp_path):
    return make_files("Hovedtillitsvalgt Østlandet", PASSPHRASE, tmp_path / "stick")


def test_a_pair_is_a_private_file_for_the_owner_alone_and_a_public_one(made):
    assert made.private.name == "hovedtillitsvalgt-ostlandet.key"
    assert made.public.name == "hovedtillitsvalgt-ostlandet.pub.json"
    assert stat.S_IMODE(made.private.stat().st_mode) == 0o600
    assert read_public(made.public) == made.trustee == read_holder(made.private)
    assert json.loads(made.public.read_text())["fingerprint"] == made.trustee.fingerprint


def test_the_private_key_opens_with_its_passphrase_only(made):
    private = read_private(made.private, PASSPHRASE)
    assert private.public_key().public_bytes_raw() == made.trustee.public_key
    with pytest.raises(WrongPassphraseError, match="capitals and spaces"):
        read_private(made.private, PASSPHRASE + " ")
    assert private.private_bytes_raw() not in made.private.read_bytes()


def test_a_passphrase_with_a_ring_opens_however_the_keyboard_writes_it(made):
    apart = unicodedata.normalize("NFD", PASSPHRASE)
    assert apart != PASSPHRASE
    read_private(made.private, apart)


def test_the_private_file_is_scrypt_and_aes_gcm_as_documented(made):
    content = json.loads(made.private.read_text())
    salt, nonce, sealed = (
        trustee_files._bytes(made.private, content[name]) for name in ("salt", "nonce", "sealed")
    )
    key = Scrypt(salt=salt, length=32, n=131_072, r=8, p=1).derive(PASSPHRASE.encode())
    raw = AESGCM(key).decrypt(nonce, sealed, made.trustee.public_key)
    assert raw == read_private(made.private, PASSPHRASE).private_bytes_raw()


def test_no_key_is_ever_replaced(made, tmp_path):
    before = made.private.read_bytes()
    with pytest.raises(TrusteeError, match="is there already"):
        make_files("Hovedtillitsvalgt Østlandet", PASSPHRASE, tmp_path / "stick")
    assert made.private.read_bytes() == before


def test_where_the_pair_has_no_room_no_half_of_it_is_left(tmp_path, monkeypatch):
    def full(files, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(trustee_files, "_new_file", full)
    with pytest.raises(TrusteeError, match=r"stick cannot be written \(No space left"):
        make_files("Hovedtillitsvalgt", PASSPHRASE, tmp_path / "stick")
    assert not [*(tmp_path / "stick").iterdir()]


def test_a_short_passphrase_or_no_name_makes_nothing(tmp_path):
    with pytest.raises(TrusteeError, match="fewer than 12 characters"):
        make_files("HR", "short", tmp_path / "stick")
    with pytest.raises(TrusteeError, match="needs a name"):
        make_files(" ", PASSPHRASE, tmp_path / "stick")
    assert not (tmp_path / "stick").exists()


def test_a_private_key_is_not_taken_where_a_public_one_is_asked_for(made):
    with pytest.raises(TrusteeError, match="take it away from this machine"):
        read_public(made.private)
    with pytest.raises(TrusteeError, match="no file with the private key"):
        read_private(made.public, PASSPHRASE)


@pytest.mark.parametrize("content", ["", "no JSON", "[]", '{"kind": "a letter"}'])
def test_another_file_is_named_and_never_destroyed(tmp_path, content):
    path = tmp_path / "letter.txt"
    path.write_text(content)
    for act in (read_holder, read_public, destroy_private, lambda one: read_private(one, "")):
        with pytest.raises(TrusteeError, match=r"letter\.txt is no file with"):
            act(path)
    assert path.read_text() == content
    with pytest.raises(TrusteeError, match="there is no such file"):
        destroy_private(tmp_path / "nothing")


def test_a_damaged_or_newer_file_is_told(made):
    content = json.loads(made.private.read_text())
    made.private.write_text(json.dumps(content | {"sealed": "*"}))
    with pytest.raises(TrusteeError, match="is damaged"):
        read_private(made.private, PASSPHRASE)
    made.private.write_text(json.dumps(content | {"nonce": ""}))
    with pytest.raises(TrusteeError, match="is damaged"):
        read_private(made.private, PASSPHRASE)
    made.private.write_text(json.dumps(content | {"format": 2}))
    with pytest.raises(TrusteeError, match="another version: format 2"):
        read_private(made.private, PASSPHRASE)


@pytest.mark.parametrize(
    "part",
    [
        {"sealed": "AAAA"},  # cut off
        {"sealed": None},
        {"salt": ""},
        {"sealed": "\u2013" * 64},  # as an office program writes dashes
        {"nonce": "AAAA\u00a0"},
        {"public_key": "AAAA"},
    ],
)
def test_what_is_missing_of_a_file_is_not_blamed_on_the_passphrase(made, part):
    content = json.loads(made.private.read_text())
    made.private.write_text(json.dumps(content | part))
    for act in (read_holder, lambda one: read_private(one, PASSPHRASE)):
        with pytest.raises(TrusteeError, match="is damaged: bring your copy"):
            act(made.private)


def test_a_damaged_private_key_can_still_be_destroyed(made):
    content = json.loads(made.private.read_text())
    made.private.write_text(json.dumps(content | {"sealed": content["sealed"][1:]}))
    destroy_private(made.private)
    assert not made.private.exists()


def test_a_name_put_on_somebody_elses_key_does_not_open(made, tmp_path):
    other = make_files("HR", PASSPHRASE, tmp_path / "stick")
    content = json.loads(made.private.read_text())
    key = json.loads(other.private.read_text())["public_key"]
    made.private.write_text(json.dumps(content | {"public_key": key}))
    with pytest.raises(WrongPassphraseError):
        read_private(made.private, PASSPHRASE)


def test_a_destroyed_key_is_overwritten_and_gone_and_the_public_one_stays(made):
    before = made.private.read_bytes()
    with made.private.open("rb") as left_open:
        assert destroy_private(made.private) == made.trustee
        after = left_open.read()
    assert len(after) == len(before)
    assert after[:40] != before[:40]
    assert not made.private.exists()
    assert made.public.exists()
