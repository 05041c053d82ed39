"""A publication as pages read it."""

from survey_app.reading.published import Published
from tests.builders_publication import staff_series


def test_a_unit_differs_from_nobody_where_units_cannot_be_told_apart_and_a_region_still_may():
    content = next(one for one in staff_series() if one["wave"]["key"] == "2025-h")
    told = {(row["measure"], row["domain"]): row["difference"] for row in content["pooled"]}
    shown = Published(content)
    for (measure, domain), difference in told.items():
        unit = shown.domain(domain).level == "unit"
        expected = "none" if unit and measure.startswith("APN") else difference
        assert shown.pooled(measure, domain).difference == expected
    assert {told["APN", "sorvest-4"], told["APN", "sorvest"]} != {"none"}


def test_a_publication_from_before_units_were_judged_is_read_as_it_was():
    content = {name: value for name, value in staff_series()[3].items() if name != "agreement"}
    shown = Published(content)
    assert not shown.alike("APN")
    assert {shown.pooled(row["measure"], row["domain"]).difference for row in content["pooled"]} > {
        "none"
    }
