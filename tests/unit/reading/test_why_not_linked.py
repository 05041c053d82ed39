"""Where a wave asked both versions and its series breaks all the same, readers are told why."""

import pytest

from survey_app.reading.broken import broken_now
from survey_app.reading.published import Published
from tests.builders_publication.other_words import MEASURE, WAVE, reworded_series


def told(link=None, *more):
    [content] = [one for one in reworded_series(linked=False) if one["wave"]["key"] == WAVE]
    if link is not None:
        row = {"measure": MEASURE, "wave": WAVE, "method": "none", "why": "spread"}
        content = content | {"links": [row | one for one in (link, *more)]}
    return broken_now(Published(content), [MEASURE], "nb")


def test_a_wave_that_asked_one_version_has_nothing_to_explain():
    assert told().endswith("Tallene før og etter kan ikke sammenlignes.")


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("error", "men for få svarte til at vi vet hvor mye endringen betyr for tallet."),
        ("spread", "men svarene ligger for ulikt spredt til at tallene kan knyttes sammen."),
    ],
)
def test_one_that_asked_both_says_why_nothing_leads_across(why, said):
    assert told({"why": why}).startswith(f"{told()} Målingen stilte spørsmålene på både")
    assert told({"why": why}).endswith(said)


@pytest.mark.parametrize("why", ["error", "spread"])
def test_an_index_has_the_reason_of_its_scales(why):
    assert told({"why": "parts"}, {"measure": "NYT-kjerne", "why": why}) == told({"why": why})


def test_and_not_that_of_a_scale_which_is_no_part_of_it():
    own, other = {"measure": "NYT-kjerne"}, {"measure": "SIK", "why": "error"}
    assert told({"why": "parts"}, own, other) == told({"why": "spread"})


@pytest.mark.parametrize("other", [{"wave": "2024-h"}, {"measure": "SIK"}])
def test_what_another_wave_or_measure_lacked_is_no_reason(other):
    assert told(other) == told()
