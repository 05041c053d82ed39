"""What the doctor says of settings that work, but not as somebody hopes."""

from ipaddress import IPv4Network

from survey_app.installation.expectations import look_at_settings
from survey_app.settings import Settings

OWN = {"database_url": "postgresql://migrator@db/barometer", "secret_key": "k" * 40}


def told(**settings):
    return [one.sentence for one in look_at_settings(Settings(**OWN, **settings))]


def test_a_proxy_in_front_that_nobody_named_is_noted():
    said = "BAROMETER_TRUSTED_PROXIES is not set"
    assert any(said in line for line in told(base_url="https://barometer.example.org"))
    named = told(
        base_url="https://barometer.example.org",
        trusted_proxies=(IPv4Network("10.0.0.7/32"),),
    )
    assert not any(said in line for line in named)
