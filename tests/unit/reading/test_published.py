"""A publication as pages read it."""

from survey_app.publications.formats import read_content
from survey_app.reading import published
from survey_app.reading.published import Published
from survey_app.shared.numbers import percent
from tests.builders_publication import public_series, staff_series
from tests.builders_publication.older import in_format_1


def test_a_unit_differs_from_nobody_where_units_cannot_be_told_apart_and_a_region_still_may():
    content = next(one for one in staff_series() if one["wave"]["key"] == "2025-h")
    told = {(row["measure"], row["domain"]): row["difference"] for row in content["pooled"]}
    shown = Published(content)
    for (measure, domain), difference in told.items():
        place = shown.domain(domain)
        barred = measure.startswith("APN") or bool(shown.shifted(measure, place))
        expected = "none" if place.level == "unit" and barred else difference
        assert shown.pooled(measure, domain).difference == expected
    assert {told["APN", "sorvest-4"], told["APN", "sorvest"]} != {"none"}


def test_a_publication_from_before_units_were_judged_is_read_as_it_was():
    content = read_content(in_format_1(staff_series()[3]))
    shown = Published(content)
    assert not shown.alike("APN")
    assert Published({**content, "warnings": []}).shifts == ()
    assert {shown.pooled(row["measure"], row["domain"]).difference for row in content["pooled"]} > {
        "none"
    }


def test_units_of_a_type_and_no_others_are_not_comparable_on_the_scales_of_a_shifted_item():
    shown = Published(staff_series()[3])
    probation, prison = shown.domain("sor-4"), shown.domain("sor-3")
    assert [one.points for one in shown.shifted("SIK", probation)] == [6]
    assert shown.shifted("vp.sik.3", probation)
    assert not shown.shifted("TRY", probation)
    assert not shown.shifted("SIK", prison)
    assert not shown.shifted("SIK", shown.domain("sor"))
    assert shown.shifted("SIK", shown.domain("friomsorg"))


def test_an_index_is_not_comparable_where_an_item_of_its_parts_is_shifted():
    shown = Published(public_series()[-1])
    young, old = shown.domain("age:18-29"), shown.domain("age:75+")
    assert shown.shifted("VEL", young)
    assert shown.shifted("TI", young)
    assert not shown.shifted("EVN", young)
    assert not shown.shifted("TI", old)


def test_a_rate_is_that_of_the_two_counts_beside_it_and_not_rounded_twice():
    content = staff_series()[3]
    # a publication tells 50 of 87 as 0.575, and 57.47 % is 57 %
    told = {"answered": 50, "invited": 87, "rate": 0.575, "status": "published"}
    rows = [row | told if row["code"] == "sor-3" else row for row in content["domains"]]
    place = Published({**content, "domains": rows}).domain("sor-3")
    assert percent(place.rate, "nb") == "57\N{NO-BREAK SPACE}%"


def test_a_change_is_put_together_once_whether_it_is_asked_for_alone_or_among_all():
    shown = Published(staff_series()[3])
    all_ = list(shown.changes(["TRY", "SIK"]))
    alone = [shown.change(one.measure, one.level, one.domain, one.role) for one in all_]
    assert len(all_) > 10
    assert all(one is other for one, other in zip(all_, alone, strict=True))


def test_changes_of_places_are_those_among_all_and_no_others_are_put_together():
    content = staff_series()[3]
    all_ = list(Published(content).changes(["TRY", "SIK"]))
    shown, places = Published(content), {"", "sor-3", "not a place"}
    found = list(shown.changes(["TRY", "SIK"], places))
    assert found == [one for one in all_ if one.domain in places]
    assert 0 < len(found) < len(all_)
    assert len(shown._changes_made) == len(found)


def test_a_publication_keeps_a_few_thousand_changes_however_many_units_it_has(monkeypatch):
    monkeypatch.setattr(published, "_CHANGES_KEPT", 8)
    content = staff_series()[3]
    shown = Published(content)
    before = shown.size
    codes = [row["code"] for row in content["measures"]]
    first = list(shown.changes(codes))
    assert len(first) > 16
    assert len(shown._changes_made) <= 8
    assert list(shown.changes(codes)) == first
    assert shown.size == before


def test_a_fall_is_what_is_shown_and_called_one_and_no_other_change_is_put_together_for_it():
    content = staff_series()[3]
    all_ = list(Published(content).changes([row["code"] for row in content["measures"]]))
    shown = Published(content)
    found = [shown.fall(one.measure, one.level, one.domain, one.role) for one in all_]
    fallen = [one if one.shown and one.verdict == "down" else None for one in all_]
    assert found == fallen
    assert 0 < len([one for one in found if one]) <= len(shown._changes_made) < len(all_)
    assert shown.fall("TRY", "unit", "not a place", "previous") is None
