"""How many are on each side of a question is what was published, on pages and in files alike."""

import copy

import lxml.html
import pytest

from survey_app.reading.culture.item import answers_of_place, item_page
from survey_app.reading.exports.book import book_of
from survey_app.reading.published import Published
from survey_app.reading.reports.paper import paper
from tests.exported import few, main_wave, part
from tests.shown import text_of

PLAIN, REVERSED = "vp.try.1", "vp.sik.3"
# shares on steps of 5 points, and both sides to 2: 45 and 25 are not the 72 of both
SHARES = {"1": 0.05, "2": 0.05, "3": 0.2, "4": 0.45, "5": 0.25}
# of a reversed question those who agree with its words are on the side of low figures
SIDES = {PLAIN: {"agree": 0.72, "disagree": 0.08}, REVERSED: {"agree": 0.08, "disagree": 0.72}}


@pytest.fixture
def content():
    """A wave in which the whole answered both questions alike."""
    made = copy.deepcopy(main_wave())
    for code, sides in SIDES.items():
        made["estimates"] = [
            row
            for row in made["estimates"]
            if (row["measure"], row["level"], row["statistic"]) != (code, "agency", "share")
        ]
        made["estimates"] += [
            {"measure": code, "statistic": "share", "category": category, "level": "agency",
             "domain": "", "n": 1500, "mean": share, "se": None, "low": share - 0.02,
             "high": share + 0.02, "deff": None, "n_eff": None, "status": "published"}
            for category, share in (SHARES | sides).items()
        ]  # fmt: skip
    return made


@pytest.mark.parametrize("code", [PLAIN, REVERSED])
def test_a_page_says_how_many_agree_as_it_was_published_and_why_sums_do_not_add_up(content, code):
    shown = Published(content)
    assert shown.measures[code].reversed is (code == REVERSED)
    found = answers_of_place(shown, shown.measures[code], shown.whole, "nb")
    assert (found.disagree, found.agree) == (0.08, 0.72)
    assert item_page(shown, code, shown.domains, "nb").rounded


def test_shares_that_add_up_are_not_called_rounded(content):
    exact = {"1": 0.031, "2": 0.049, "3": 0.2, "4": 0.462, "5": 0.258}
    for row in content["estimates"]:
        if (row["measure"], row["level"]) == (PLAIN, "agency") and row["category"] in exact:
            row["mean"] = exact[row["category"]]
    shown = Published(content)
    assert not answers_of_place(shown, shown.measures[PLAIN], shown.whole, "nb").rounded


async def test_a_report_has_the_same_two_sides(report, content):
    document = lxml.html.fromstring(paper(await report(few(content))))
    [row] = [
        row
        for row in document.xpath("//tr[td[contains(@class, 'bar')]]")
        if "kan jeg si fra når noe er galt" in text_of(row)
    ]
    assert [text_of(row[at]) for at in (1, 3)] == ["8 %", "72 %"]


@pytest.mark.parametrize(
    ("lang", "low", "high"),
    [
        ("nb", "Uenig, til sammen", "Enig, til sammen"),
        ("nn", "Ueinig, til saman", "Einig, til saman"),
        ("en", "Disagree, together", "Agree, together"),
    ],
)
def test_a_file_calls_the_sides_by_what_people_agreed_with(content, lang, low, high):
    """«Jeg er redd for å bli utsatt for vold»: whoever disagrees has been called «Enig»."""
    rows = book_of([part(content)], lang).table("estimates").records()
    for code in (PLAIN, REVERSED):
        named = {
            str(row["category_name"]): row["mean"]
            for row in rows
            if (row["measure"], row["level"]) == (code, "agency")
            and row["category"] in {"agree", "disagree"}
        }
        assert named == {high: 0.72, low: 0.08}
