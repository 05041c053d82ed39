"""Nothing is told twice, and what is told on the first page can be found there."""

from survey_app.accounts.roles import MENUS, Role, further
from survey_app.reading.culture.unit import _findings, items_beside
from survey_app.reading.home.overview import population_briefs
from survey_app.reading.names import own
from survey_app.reading.published import Published
from survey_app.reading.staff_measures import columns
from tests.builders_publication import staff_series


def test_an_item_that_is_a_measure_alone_is_not_told_beside_it():
    shown = Published(staff_series()[-1])
    assert shown.measure("AMB").items == ("vp.amb.1",)
    assert "vp.amb.1" not in items_beside(shown, ("KI-kjerne", "AMB"))
    assert "vp.amb.1" in items_beside(shown, ("KI-kjerne",))
    assert set(shown.measure("KI-kjerne").items) <= set(items_beside(shown, ("KI-kjerne", "AMB")))


def test_the_first_page_speaks_of_nothing_that_has_no_figure_there():
    for role in Role:
        for choice in population_briefs(role):
            assert set(choice.spoken) <= set(choice.tiles)


def test_the_first_page_leads_to_what_the_menu_has_and_to_the_boards_page_once():
    for role, menu in MENUS.items():
        addresses = [entry.address for entry in further(role)]
        assert addresses.count("/strategy") == 1
        assert {"/", *addresses} == {"/strategy", *(entry.address for entry in menu)}


def test_of_a_unit_no_single_question_is_told_that_nothing_is_known_of():
    told = said = 0
    for content in staff_series()[-3:]:
        items = {row["code"] for row in content["measures"] if row["kind"] == "item"}
        # the measures take one sentence, and leave room for what comes last
        rows = [
            {**row, "verdict": "uncertain" if row["measure"] in items else "steady"}
            for row in content["changes"]
        ]
        shown = Published({**content, "changes": rows})
        codes = columns(shown)
        names = [own(shown.measure(one).title, "nb").strip(".?") for one in items]
        for unit in shown.domains:
            if unit.level == "unit":
                texts = [one.text for one in _findings(shown, codes, unit, unit.code, "nb")]
                told += len(texts)
                said += sum(name in text for text in texts for name in names)
    assert told > 20
    assert said == 0
