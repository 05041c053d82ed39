"""What the doctor says of settings that work, but not as somebody hopes."""

from ipaddress import IPv4Network

from survey_app.installation.expectations import look_at_settings
from survey_app.settings import Settings

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
