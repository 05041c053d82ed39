"""Why intervals hold the truth more often than said: the short form of ``findings.variants``."""

from tests.reference.findings.variants import CHANGES, held, units


def test_intervals_are_longer_for_what_is_not_known_of_two_answers():
    published, known = (
        units("few", 0, CHANGES[name]) for name in ("as published", "ρ as it truly is")
    )
    assert held(published).mean() > held(known).mean() > 0.93
    longer, length = ((one["high"] - one["low"]).mean() for one in (published, known))
    assert 1.02 < longer / length < 1.12
