"""Findings say by which margins they were decided where the wave before had others."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lxml.html import fromstring

from questionnaires.margins import Margins
from survey_app.reading.decided import decided_of
from survey_app.reading.published import Published
from survey_app.reading.waves import Wave
from survey_app.shared.i18n import speaking
from survey_app.shared.pages import environment
from tests.builders_publication import staff_series
from tests.shown import text_of

OWN = Margins(general=2.5, unit=6.0)
CONTENTS = staff_series()[:3]
WAVES = [
    Wave(
        publication=str(at), campaign="c", key=f"w{at}", sequence=at, kind="main", labels={},
        closed_on=f"202{at}-10-01", released_at=datetime(2030, 1, 1, tzinfo=UTC), version=1,
        open_results=0, measures=frozenset(),
    )
    for at in range(3)
]  # fmt: skip


def shown(margins=None):
    content = CONTENTS[-1]
    named = {"margins": margins.named()} if margins else {}
    return Published(content | {"findings": content["findings"] | named})


def decided(now=None, *before):
    series = [
        replace(wave, margins=own) if own else wave
        for wave, own in zip(WAVES, (*before, now), strict=True)
    ]
    return decided_of(shown(now), series, series[-1])


def note(found, lang):
    source = (
        '{% import "reading/parts.html" as parts with context %}{{ parts.rule_note(one, lang) }}'
    )
    with speaking(lang):
        return text_of(fromstring(environment().from_string(source).render(one=found, lang=lang)))


@pytest.mark.parametrize(
    ("margins", "before"),
    [
        ((None, None, None), None),
        ((OWN, OWN, OWN), None),
        # only the wave before counts
        ((None, OWN, None), None),
        ((OWN, None, None), Margins(3.0, 5.0)),
        ((None, None, OWN), OWN),
    ],
)
def test_another_margin_than_in_the_wave_before_is_told(margins, before):
    assert decided(*margins).before == before


def test_the_first_wave_has_no_other_margin_before_it():
    first = replace(WAVES[0], margins=OWN)
    assert decided_of(shown(OWN), [first, *WAVES[1:]], first).before is None


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        (
            "nb",
            (
                "Grensen for hva vi kaller en endring, er 2,5 poeng, og 6 i en enhet. I målingen"
                " før var den 3, og 5 i en enhet. Eldre resultater står som de sto."
            ),
        ),
        (
            "nn",
            (
                "Grensa for kva vi kallar ei endring, er 2,5 poeng, og 6 i ei eining. I målinga før"
                " var ho 3, og 5 i ei eining. Eldre resultat står som dei stod."
            ),
        ),
        (
            "en",
            (
                "The threshold for what we call a change is 2.5 points, and 6 in a unit. In the"
                " survey before it was 3, and 5 in a unit. Earlier results stand as they stood."
            ),
        ),
    ],
)
def test_the_note_under_findings_names_both_margins(lang, told):
    said = note(decided(OWN, None, None), lang)
    assert told in said
    assert told not in note(decided(OWN, OWN, OWN), lang)
