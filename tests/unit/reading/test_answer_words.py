"""What stands over the two sides of how answers fall: nobody «agrees» with a question."""

import copy
import dataclasses

import pytest

from survey_app.reading.answer_words import Sides, sides_of, turned
from survey_app.reading.culture.item import item_page
from survey_app.reading.published import Published
from survey_app.reading.reports.paper import paper
from survey_app.reading.reports.slides.titles import of_questions
from tests.composed_reports import plain
from tests.exported import main_wave, public_wave

IMPRESSION = [
    "Svært dårlig",
    "Nokså dårlig",
    "Verken godt eller dårlig",
    "Nokså godt",
    "Svært godt",
]


@pytest.mark.parametrize(
    ("labels", "lang", "sides"),
    [
        (
            ["Strongly disagree", "Tend to disagree", "Neither agree nor disagree", "Tend to agree",
             "Strongly agree"],
            "en",
            Sides("Disagree", "Neither", "Agree"),
        ),
        (IMPRESSION, "nb", Sides("Dårlig", "Verken eller", "Godt")),
        (["Aldri", "Sjelden", "Av og til", "Ofte", "Alltid"], "nb",
         Sides("Aldri / Sjelden", "Av og til", "Ofte / Alltid")),
        (["Svært misfornøyd", "Misfornøyd", "Verken fornøyd eller misfornøyd", "Fornøyd",
          "Svært fornøyd"], "nb", Sides("Misfornøyd", "Verken eller", "Fornøyd")),
        # what all answers end in would stand over both sides
        (["Ikke viktig", "Litt viktig", "Nokså viktig", "Viktig", "Svært viktig"], "nb",
         Sides("Ikke viktig / Litt viktig", "Nokså viktig", "Viktig / Svært viktig")),
        (["Not satisfied", "Slightly satisfied", "Moderately satisfied", "Very satisfied",
          "Extremely satisfied"], "en",
         Sides("Not satisfied / Slightly satisfied", "Moderately satisfied",
               "Very satisfied / Extremely satisfied")),
        (["Helt uenig", "Uenig", "Både enig og uenig", "Enig", "Helt enig"], "nb",
         Sides("Uenig", "Både enig og uenig", "Enig")),
        (["Nei", "Ja"], "nb", None),
    ],
)  # fmt: skip
def test_the_sides_are_named_by_what_their_answers_share(labels, lang, sides):
    assert sides_of(labels, lang) == sides


def with_impression(*items):
    """Let the general impression be asked from very poor to very good, as all of a scale or last.

    ``items`` are those of the scale before it.
    """
    content = copy.deepcopy(public_wave())
    [row] = [one for one in content["measures"] if one["code"] == "om.tot.1"]
    row["options"] = [
        {"code": str(place), "value": place, "label": {"nb": label}}
        for place, label in enumerate(IMPRESSION, start=1)
    ]
    [scale] = [one for one in content["measures"] if one["code"] == "TRO"]
    scale["items"] = [*items, "om.tot.1"]
    return content


async def test_paper_and_slides_say_that_an_impression_is_good_and_not_that_people_agree(report):
    made = await report(with_impression())
    [block] = [one for one in made.blocks if one.name == "Troverdighet"]
    assert [line.code for line in block.drawn] == ["om.tot.1"]
    assert (block.sides.low, block.sides.high) == ("Dårlig", "Godt")
    alone = dataclasses.replace(made, blocks=[block])
    part = plain(paper(alone)).partition("det midterste for seg")[2].split()
    assert ("Godt" in part, "Enig" in part) == (True, False)
    # and the colours have their words
    assert "Nokså" in part
    assert of_questions([block], "nb").startswith("Minst halvparten svarer «Godt» på ")
    assert of_questions([made.blocks[0]], "nb").startswith("Minst halvparten er enige i ")


async def test_a_question_with_other_answers_is_not_drawn_among_those_people_agree_with(report):
    made = await report(with_impression("om.tro.1", "om.tro.2"))
    [block] = [one for one in made.blocks if one.name == "Troverdighet"]
    assert block.lines[-1].code == "om.tot.1"
    assert [line.code for line in block.drawn] == [line.code for line in block.lines[:-1]]


def test_of_other_answers_a_turned_question_does_not_say_that_few_agree():
    assert turned(["Aldri", "Sjelden", "Av og til", "Ofte", "Alltid"], "nb") == (
        "Snudd: et høyt tall betyr at få svarer «Ofte / Alltid»."
    )
    assert turned(["Nei", "Ja, av og til", "Ja, ofte"], "en").endswith("few answer “Ja, ofte”.")


def test_a_page_gives_no_shares_of_other_answers_under_the_heads_of_its_own():
    shown = Published(with_impression("om.tro.1", "om.tro.2"))
    page = item_page(shown, "om.tro.1", shown.domains, "nb")
    assert (page.sides.low, page.sides.high) == ("Uenig", "Enig")
    alike = {one.measure.code: one.alike for one in page.siblings}
    assert alike == {"om.tro.1": True, "om.tro.2": True, "om.tot.1": False}


async def test_paper_says_of_a_reversed_question_which_way_its_level_goes(report):
    made = await report(public_wave())
    # «holder tilbake informasjon»: to agree is to be dissatisfied
    [line] = [one for block in made.blocks for one in block.lines if one.code == "om.apn.3"]
    assert line.turned
    text = " ".join(plain(paper(made)).split())
    assert f"{line.text} Snudd: et høyt tall betyr at få er enige." in text


def test_a_place_says_why_it_is_not_shown_how_its_answers_fall():
    content = copy.deepcopy(main_wave())
    for row in content["estimates"]:
        if (row["measure"], row["domain"]) == ("vp.try.1", "ost") and row["statistic"] == "share":
            row |= {"mean": None, "low": None, "high": None, "status": "suppressed_secondary"}
    shown = Published(content)
    page = item_page(shown, "vp.try.1", shown.domains, "nb")
    assert ("Region Øst", "Vises ikke, for at ingen skal kunne kjennes igjen") in page.hidden


async def test_paper_prints_a_question_once_and_whole_beside_how_its_answers_fall(report):
    content = copy.deepcopy(public_wave())
    [asked] = [one for one in content["measures"] if one["code"] == "om.sam.2"]
    asked["title"]["nb"] = ("Etaten har en tydelig stemme i den offentlige debatten. " * 3).strip()
    made = await report(content)
    [block] = [one for one in made.blocks if any(line.code == "om.sam.2" for line in one.lines)]
    printed = paper(dataclasses.replace(made, blocks=[block]))
    assert printed.count(asked["title"]["nb"]) == 1
    [line] = [one for one in block.lines if one.code == "om.sam.2"]
    row = printed.partition(asked["title"]["nb"])[2].partition("</tr>")[0]
    assert row.count("<rect") == len(block.bar_of(line).pieces) == 5
    assert line.told in plain(row)
