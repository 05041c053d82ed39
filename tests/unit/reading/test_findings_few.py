"""A place with few answers makes no headline: what it found stands last, with how many answered."""

import copy

from markupsafe import Markup

from survey_app.reading.findings import findings
from survey_app.reading.published import Published
from tests.builders_publication import staff_series

LAST = staff_series()[-1]


def told(answers):
    content = copy.deepcopy(LAST)
    place = next(d for d in content["domains"]
                 if d["level"] == "unit" and d["status"] == "published")  # fmt: skip
    for row in content["changes"]:
        if row["domain"] == place["code"]:
            fell = row["measure"] == "TRY-kjerne"
            row |= {"verdict": "down" if fell else "steady", "model_difference": -9.0 * fell,
                    "model_low": -13.0 * fell - 1, "model_high": -5.0 * fell + 1}  # fmt: skip
    for row in content["estimates"]:
        if row["domain"] == place["code"]:
            row["n"] = answers
    found = findings(
        Published(content), ("KI-kjerne", "TRY-kjerne"), "nb",
        places=lambda domain: domain.code == place["code"], here=place["code"],
    )  # fmt: skip
    return [Markup(one.text).striptags().replace("\xa0", " ") for one in found]


def test_ten_answers_lead_no_page_and_are_told():
    steady, fell = told(10)[:2]
    assert steady.startswith("Kulturindeksen (6 spørsmål) er uendret")
    assert fell.startswith("Trygghet (2 spørsmål) har gått ned")
    assert fell.endswith("Det bygger på 10 svar.")


def test_twenty_answers_lead():
    assert told(20)[0].startswith("Trygghet (2 spørsmål) har gått ned")
    assert "Det bygger på" not in " ".join(told(20))


def test_of_a_place_that_does_not_tell_how_many_answered_nothing_is_said_of_it():
    assert "Det bygger på" not in " ".join(told(None))
