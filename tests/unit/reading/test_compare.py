"""Which earlier waves a page can be compared with, and what is told of each."""

from markupsafe import Markup

from survey_app.reading.compare import compared_with
from survey_app.reading.findings import findings
from survey_app.reading.levels import level_row
from survey_app.reading.published import Published
from survey_app.reading.sentences import change_finding
from survey_app.reading.verdicts import is_clear
from tests.builders_publication import public_series
from tests.unit.reading.test_path import BACK, FELL, NOW, TRUST, published, step

LAST = public_series()[-1]
YEAR = step("year", "2023-03", NOW, 1.2, "uncertain")
OLDEST = step("since", "2021-09", NOW, -2.0, "uncertain")
PATH = [OLDEST, step("since", "2022-03", NOW, -1.8, "uncertain", under=True), BACK, YEAR, FELL]


def words(finding):
    return Markup(finding.text).striptags().replace("\xa0", " ")


def test_every_earlier_wave_may_be_chosen_once_and_says_what_it_is():
    found = compared_with(published(PATH), TRUST, None, "nb")
    told = dict(found.options)
    assert found.since == ""
    assert found.options[0] == ("", "Forrige måling: September 2025")
    assert list(told) == ["", "2024-09", "2023-03", "2022-09", "2022-03", "2021-09"]
    assert told["2023-03"] == "2023-03 (samme tid i fjor)"
    assert told["2022-09"] == "2022-09 (lavest)"
    assert told["2021-09"] == "2021-09 (høyest)"
    assert told["2024-09"] == "September 2024 (første)"


def test_of_waves_that_lay_alike_none_is_the_lowest_or_the_highest():
    still = [step(one["role"], one["since"], NOW, 0.7, "steady") for one in (OLDEST, BACK, YEAR)]
    told = [text for _, text in compared_with(published(still), TRUST, None, "nb").options]
    # the first wave lies beside them with a figure of its own
    assert sum("lavest" in text or "høyest" in text for text in told) <= 1
    [oldest] = [text for text in told if text.startswith("2021-09")]
    assert oldest == "2021-09"


def test_a_fall_that_led_to_an_earlier_wave_is_no_choice():
    found = compared_with(published([FELL]), TRUST, "2022-03", "nb")
    assert found.since == ""
    assert "2022-03" not in dict(found.options)


def test_a_publication_without_a_path_offers_the_previous_wave_and_the_first():
    found = compared_with(Published(LAST), TRUST, "2024-09", "nb")
    assert [value for value, _ in found.options] == ["", "2024-09"]
    assert found.since == found.told == "2024-09"
    # chosen on the page of a later wave: it is there, and has no value of its own
    found = compared_with(Published(LAST), TRUST, "2025-09", "nb")
    assert (found.since, found.told) == ("", "2025-09")


def test_of_a_wave_that_asked_otherwise_it_is_said_when_and_nothing_of_one_that_is_not_there():
    stop = {"measure": TRUST, "before": "2022-09", "since": NOW, "waves": ["2022-03", "2022-09"],
            "why": "reworded", "items": []}  # fmt: skip
    broken = Published({**LAST, "path": [YEAR], "breaks": [stop]})
    found = compared_with(broken, TRUST, "2022-03", "nb")
    assert found.refused == (
        "Endringen siden målingen du valgte, kan ikke vises. Tillitsindeks: Spørsmålene ble "
        "endret i mars 2026. Tallene før og etter kan ikke sammenlignes."
    )
    assert (found.since, found.told) == ("", "2022-03")
    for wanted in ("nothing-here", "2023-03", None):
        found = compared_with(broken, TRUST, wanted, "nb")
        assert (found.refused, found.told) == ("", found.since)


def test_levels_and_findings_follow_the_wave_that_was_chosen():
    shown = published(PATH)
    row = level_row(shown, TRUST, shown.whole, "nb", since="2022-03")
    assert (row.previous.difference, row.previous.since) == (-1.8, "siden mars 2022")
    assert row.before == row.estimate.mean + 1.8
    told = [words(one) for one in findings(shown, (TRUST,), "nb", since="2022-03")]
    assert told[0].startswith("Tilliten falt, og har økt igjen")
    assert told[1].startswith("Tilliten er anslått 1,8 poeng lavere enn i mars 2022")
    assert len(told) == 2


def test_what_the_path_has_told_is_not_told_again():
    told = [words(one) for one in findings(published(PATH), (TRUST,), "nb", since="2022-09")]
    assert len(told) == 1
    assert "3,3 poeng høyere nå enn i september 2022" in told[0]


def test_a_change_that_may_be_small_says_so_and_does_not_lead():
    content = {**LAST, "changes": [dict(row) for row in LAST["changes"]]}
    figures = {TRUST: (3.2, 0.1, 6.3, "up"), "SAM": (4.0, 3.0, 5.0, "up"), "PLA": (0, -1, 1, None)}
    for row in content["changes"]:
        if row["measure"] in figures and row["role"] == "previous":
            size, low, high, verdict = figures[row["measure"]]
            row |= {"model_difference": size, "model_low": low, "model_high": high,
                    "verdict": verdict or "steady"}  # fmt: skip
    shown = Published(content)
    change = shown.change(TRUST, "agency", "", "previous")
    assert not is_clear(change)
    assert words(change_finding(change, "Tilliten", "nb")).startswith(
        "Tilliten har økt, men kanskje bare litt: anslagsvis 3,2 poeng siden september 2025 "
        "(usikkerhet 0,1 til 6,3 blant dem som svarte)."
    )
    told = [words(one) for one in findings(shown, (TRUST, "SAM", "PLA"), "nb")]
    assert told[0].startswith("Tydeligheten som samfunnsaktør har økt med anslagsvis 4,0 poeng")
    assert "er uendret" in told[1]
    assert told[2].startswith("Tilliten har økt, men kanskje bare litt")
