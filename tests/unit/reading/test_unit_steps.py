"""Under a region's curve stands which units came to it and left it, and when."""

from survey_app.reading.published import Published
from survey_app.reading.unit_steps import steps_told
from tests.builders_publication.changed_units import changed_units


def moved(day, unit, name):
    return {"day": day, "kind": "moved", "from": unit, "to": unit, "name": name}


def told(region, *lineage):
    shown = Published(changed_units()[2] | {"lineage": list(lineage)})
    place = next(one for one in shown.domains if one.code == region)
    return [(str(day), text.split(". Tall")[0]) for day, text in steps_told(shown, place, "nb")]


def test_a_unit_that_moved_twice_came_from_where_it_stood_and_stood_where_it_went():
    twice = (
        moved("2024-02-01", "nord-1", "Region Øst"),
        moved("2025-02-01", "nord-1", "Region Sør"),
        moved("2025-02-01", "nord-2", "Region Sør"),
    )
    both = "Fengsel Nord 1 og Fengsel Nord 2"
    assert told("nord", *twice) == [
        ("2025-02-01", f"{both} kom med den 1.\xa0februar 2025, fra Region Sør")
    ]
    assert told("sor", *twice) == [
        ("2024-02-01", "Fengsel Nord 1 kom med den 1.\xa0februar 2024, fra Region Øst"),
        ("2025-02-01", f"{both} gikk ut den 1.\xa0februar 2025"),
    ]
    assert told("ost", *twice) == [("2024-02-01", "Fengsel Nord 1 gikk ut den 1.\xa0februar 2024")]
    assert told("sorvest", *twice) == []
