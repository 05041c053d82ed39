"""What the doctor says of settings that work, but not as somebody hopes."""

from ipaddress import IPv4Network

import pytest

from survey_app.installation.expectations import look_at_settings, refuse_what_cannot_work
from survey_app.settings import Settings
from survey_app.shared.errors import SettingsError

OWN = {"database_url": "postgresql://migrator@db/barometer", "secret_key": "k" * 40}


def told(**settings):
    return [one.sentence for one in look_at_settings(Settings(**OWN, **settings))]


def test_roles_that_need_no_more_than_a_password_are_noted_and_unknown_ones_refused():
    said = "BAROMETER_SECOND_STEP"
    assert any(said in line for line in told())
    assert not any(said in line for line in told(second_step="admin,hr"))
    assert any("'king' must be" in line for line in told(second_step="king"))


def test_a_proxy_in_front_that_nobody_named_is_noted():
    said = "BAROMETER_TRUSTED_PROXIES is not set"
    assert any(said in line for line in told(base_url="https://barometer.example.org"))
    named = told(
        base_url="https://barometer.example.org",
        trusted_proxies=(IPv4Network("10.0.0.7/32"),),
    )
    assert not any(said in line for line in named)


@pytest.mark.parametrize(
    ("name", "readable", "kept"),
    [
        ("database_url", ["postgresql://a@db/b", "postgresql://a@db/b?sslmode=prefer", "postgresql:///b?host=db"],
         ["postgresql://a@db/b?sslmode=verify-full", "postgresql://a@db/b?sslmode=require",
          "postgresql://a@localhost/b", "postgresql:///b?host=/run/postgresql"]),
        ("database_url_reader", ["postgresql://a@db/b?sslmode=disable"],
         ["postgresql://a@127.0.0.1:5433/b"]),
        ("redis_url", ["redis://:p@queue:6379/0"],
         ["rediss://:p@queue:6379/0", "redis://localhost", "unix:///run/redis.sock"]),
        ("smtp_url", ["smtp://mail"], ["smtps://mail", "smtp+starttls://mail", "smtp://localhost"]),
    ],
)  # fmt: skip
def test_what_travels_readable_to_another_machine_is_noted(name, readable, kept, monkeypatch):
    monkeypatch.delenv("PGSSLMODE", raising=False)
    sure = {"database_url": "postgresql://migrator@db/barometer?sslmode=verify-full"}

    def noted(address):
        settings = Settings(**OWN | sure | {name: address})
        lines = [one.sentence for one in look_at_settings(settings) if "readable" in one.sentence]
        assert all(f"BAROMETER_{name.upper()}" in line for line in lines)
        return len(lines)

    assert {noted(one) for one in readable} == {1}
    assert {noted(one) for one in kept} == {0}


def test_what_is_called_like_no_setting_is_named_with_the_one_that_was_meant(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BAROMETER_MINIMUMGROUP", "10")
    (tmp_path / ".env").write_text("BAROMETER_X=1\nBAROMETER_SESSION_HOURS=8\nTZ=UTC\n")
    slip = "BAROMETER_MINIMUMGROUP is called like no setting: BAROMETER_MINIMUM_GROUP?"
    # somebody else's name is no reason to stop: a cluster lays its own beside those of a service
    other = "BAROMETER_X is called like no setting; nothing reads it"
    assert {f"settings: {line}" for line in (slip, other)} <= set(told())
    with pytest.raises(SettingsError) as refused:
        refuse_what_cannot_work(Settings(**OWN))
    assert refused.value.lines == (slip,)
