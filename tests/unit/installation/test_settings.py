import shutil
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from questionnaires.agency import load_agency
from questionnaires.content import SETTING
from questionnaires.loader import load_library
from questionnaires.population import read_population
from survey_app.settings import kept_secret, read_settings
from survey_app.shared.errors import SettingsError
from tests.agencies import FIRST


def test_every_wrong_setting_is_named_with_what_was_expected(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BAROMETER_DATABASE_URL", "mysql://somewhere")
    monkeypatch.setenv("BAROMETER_BASE_URL", "barometer.example.org")
    monkeypatch.setenv("BAROMETER_MINIMUM_GROUP", "2")
    monkeypatch.setenv("BAROMETER_SECRET_KEY", "hemmelig")
    monkeypatch.setenv("BAROMETER_TRUSTED_PROXIES", "10.2.0.1/24")
    monkeypatch.setenv("BAROMETER_SMTP_URL", "smtp://relay:hem/melig@mail.example.org")
    with pytest.raises(SettingsError) as caught:
        read_settings()
    told = "\n".join(caught.value.lines)
    assert "BAROMETER_DATABASE_URL: must begin with postgresql://" in told
    assert "BAROMETER_BASE_URL: must be a web address" in told
    assert "BAROMETER_MINIMUM_GROUP" in told
    assert "BAROMETER_SECRET_KEY: must have at least 16 characters" in told
    assert "BAROMETER_SMTP_URL: must have a number as its port; signs such as" in told
    assert "hem" not in told
    assert "BAROMETER_TRUSTED_PROXIES: must be addresses or networks" in told


def test_a_secret_is_read_from_the_file_that_is_called_like_its_setting(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "BAROMETER_SECRET_KEY").write_text("sixteen characters and more\n")
    (folder / "BAROMETER_DATABASE_URL_WEB").write_text("postgresql://web:at-hand@db/barometer")
    (folder / "somebody_elses").write_text("is left alone")
    monkeypatch.setenv("BAROMETER_SECRETS_DIR", str(folder))
    assert read_settings().secret() == b"sixteen characters and more"
    assert read_settings().database_url_web == "postgresql://web:at-hand@db/barometer"
    monkeypatch.setenv("BAROMETER_DATABASE_URL_WEB", "postgresql://web@elsewhere/barometer")
    assert read_settings().database_url_web == "postgresql://web@elsewhere/barometer"


def test_a_file_of_secrets_that_would_be_missed_in_silence_is_named(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "secrets"
    monkeypatch.setenv("BAROMETER_SECRETS_DIR", str(folder))
    with pytest.raises(SettingsError, match="is no folder"):
        read_settings()
    (folder / "BAROMETER_REDIS_URL").mkdir(parents=True)
    (folder / "BAROMETER_SECRETKEY").write_text("sixteen characters and more")
    (folder / "BAROMETER_DATABASE_URL").write_text("mysql://of-the-owner")
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert caught.value.lines == (
        f"{folder}/BAROMETER_REDIS_URL is no file that this process may read",
        f"{folder}/BAROMETER_SECRETKEY is called like no setting",
    )
    (folder / "BAROMETER_REDIS_URL").rmdir()
    (folder / "BAROMETER_SECRETKEY").unlink()
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert "BAROMETER_DATABASE_URL: must begin with postgresql://" in str(caught.value)
    assert "of-the-owner" not in str(caught.value)


def test_proxies_are_named_with_commas_between(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert read_settings().trusted_proxies == ()
    monkeypatch.setenv("BAROMETER_TRUSTED_PROXIES", "127.0.0.1, 10.2.0.0/24,::1")
    found = [str(network) for network in read_settings().trusted_proxies]
    assert found == ["127.0.0.1/32", "10.2.0.0/24", "::1/128"]
    monkeypatch.setenv("BAROMETER_TRUSTED_PROXIES", "0.0.0.0/0")
    with pytest.raises(SettingsError, match="anybody may pose"):
        read_settings()


def test_no_key_and_no_data_lies_where_the_process_happened_to_be_started(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in ("BAROMETER_KEY_DIR", "BAROMETER_DATA_DIR"):
        for blank in ("", " "):
            monkeypatch.setenv(name, blank)
            with pytest.raises(SettingsError, match=f"{name}: must name a folder"):
                read_settings()
        monkeypatch.setenv(name, str(tmp_path / name))
    assert read_settings().key_folder == tmp_path / "BAROMETER_KEY_DIR"


def test_a_group_of_three_is_the_smallest_that_may_be_set(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BAROMETER_MINIMUM_GROUP", "3")
    assert read_settings().minimum_group == 3


def test_the_secret_is_made_once_and_is_private(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BAROMETER_DATA_DIR", str(tmp_path / "data"))
    settings = read_settings()
    assert settings.secret() == settings.secret()
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o077 == 0


def test_processes_that_start_at_once_get_one_secret_and_never_half_of_it(tmp_path):
    for at in range(20):
        path = tmp_path / str(at) / "secret_key"
        with ThreadPoolExecutor(8) as threads:
            found = set(
                threads.map(lambda one, path=path: kept_secret(path, str(one) * 64), range(8))
            )
        assert len(found) == 1
        assert len(found.pop()) == 64
        assert [one.name for one in path.parent.iterdir()] == ["secret_key"]


def test_an_empty_secret_is_no_secret(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BAROMETER_DATA_DIR", str(tmp_path))
    (tmp_path / "secret_key").touch()
    with pytest.raises(SettingsError) as caught:
        read_settings().secret()
    assert "is empty" in caught.value.lines[0]


@pytest.mark.parametrize("kept", ["short", "long enough to be a secret\nshort", "\n\n short \n"])
def test_each_line_of_a_kept_secret_is_as_long_as_one_of_the_setting(monkeypatch, tmp_path, kept):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BAROMETER_DATA_DIR", str(tmp_path))
    (tmp_path / "secret_key").write_text(kept)
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert "each line must have at least 16 characters" in caught.value.lines[0]
    # a host whose setting says it asks no file
    monkeypatch.setenv("BAROMETER_SECRET_KEY", "long enough to be a secret")
    assert read_settings().secret() == b"long enough to be a secret"


def test_cookies_travel_over_https_only_when_the_address_is_https(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BAROMETER_BASE_URL", "https://barometer.example.org/")
    settings = read_settings()
    assert settings.secure_cookies
    assert settings.base_url == "https://barometer.example.org"


@pytest.fixture
def another_agency(monkeypatch, tmp_path):
    """A copy of the first agency's content under another name."""
    root = tmp_path / "content"
    shutil.copytree(FIRST, root)
    path = root / "agency.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('nb = "Kriminalomsorgen"', 'nb = "Solvik kommune"'))
    monkeypatch.chdir(tmp_path)
    return root


def test_the_agency_s_own_content_is_read_from_where_a_setting_says(another_agency, monkeypatch):
    assert load_library().agency.name["nb"] == "Kriminalomsorgen"
    monkeypatch.setenv(SETTING, str(another_agency))
    assert read_settings().agency == another_agency
    assert load_library().agency.name["nb"] == load_agency().name["nb"] == "Solvik kommune"
    assert read_population().adults > 0


def test_a_process_that_counts_reads_the_content_of_the_process_that_started_it(
    another_agency, monkeypatch
):
    monkeypatch.delenv(SETTING)
    Path(".env").write_text(f"{SETTING}=content\n")
    read_settings()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found = pool.submit(load_agency).result()
    assert found.name["nb"] == "Solvik kommune"


def test_a_folder_without_content_is_refused_at_start(another_agency, monkeypatch):
    monkeypatch.setenv(SETTING, str(another_agency / "messages"))
    with pytest.raises(SettingsError, match=r"BAROMETER_AGENCY: .* holds agency.toml"):
        read_settings()
