"""Whether a measure moved: published changes alone, from the last wave before the action."""

import uuid
from copy import deepcopy
from datetime import UTC, date, datetime

import pytest

from survey_app.actions.states import ActionRow, ActionState
from survey_app.reading.actions.follow_up import Opened, follow_up
from survey_app.reading.published import Published
from survey_app.reading.waves import Wave
from tests.builders_publication import PROTECTING_UNIT, SMALL_UNIT, staff_series

TODAY = date(2026, 11, 26)
UNIT = "ost-6"


def opened(contents, open_results=2):
    """The same as from the shelf, without a database."""
    series = []
    for content in contents:
        wave = content["wave"]
        series.append(
            Wave(
                publication=str(uuid.uuid4()), campaign="verdipuls", key=wave["key"],
                sequence=wave["sequence"], kind=wave["kind"], labels=wave["labels"],
                closed_on=wave["closed_on"], released_at=datetime(2026, 6, 1, tzinfo=UTC),
                version=1, open_results=open_results,
                measures=frozenset(one["code"] for one in content["measures"]),
                asked={one["code"]: one["identity"] for one in content["measures"]},
            )
        )  # fmt: skip
    made = Opened(series, datetime(2026, 11, 26, tzinfo=UTC))
    made._found = {content["wave"]["key"]: Published(labelled(content)) for content in contents}
    return made


def labelled(content):
    since = content["since_labels"]
    changes = [row | {"since_labels": since.get(row["since"], {})} for row in content["changes"]]
    return content | {"changes": changes}


def main_waves():
    return opened([staff_series()[0], staff_series()[3]])


def action(**changed):
    facts = {
        "id": uuid.uuid4(), "unit": UNIT, "said": "", "what": "", "who": "",
        "starts_on": date(2025, 1, 10), "due_on": date(2026, 6, 1), "ended_on": None,
        "state": ActionState.UNDER_WAY, "reason": "", "outcome": "", "statement": "",
        "measure": "NYT",
        "wave": "", "visible": True, "discussed_on": None, "owner": uuid.uuid4(), "version": 1,
    }  # fmt: skip
    return ActionRow(**(facts | changed))


async def told(row, shelf, unit=UNIT, **more):
    newest = await shelf.content(shelf.series[-1])
    return await follow_up(row, newest.domain(unit), shelf, "nb", today=TODAY, **more)


async def test_the_change_between_the_wave_before_and_the_wave_after_is_the_published_one():
    found = await told(action(), main_waves())
    [published] = [
        one
        for one in staff_series()[3]["changes"]
        if (one["measure"], one["domain"], one["role"]) == ("NYT", UNIT, "previous")
    ]
    assert found.kind == "moved"
    assert (found.before.key, found.after.key) == ("2024-h", "2025-h")
    shown = (found.change.difference, found.change.low, found.change.high)
    assert shown == (published["difference"], published["low"], published["high"])
    assert [wave.key for wave, _ in found.pair] == ["2024-h", "2025-h"]


async def test_a_measure_that_was_asked_otherwise_since_is_not_followed_across():
    then, now = deepcopy(staff_series()[0]), deepcopy(staff_series()[3])
    for one in now["measures"]:
        one["identity"] = {"nb": "reworded"}
    found = await told(action(), opened([then, now]))
    assert (found.kind, found.levels, found.change) == ("asked_otherwise", [], None)


@pytest.mark.parametrize("measure", ["TRY", "APN", "NYT", "SIK", "vp.apn.4"])
async def test_the_verdict_is_that_of_the_culture_page(measure):
    from survey_app.reading.levels import change_cell

    shelf = main_waves()
    for unit in ("ost-6", "sorvest-1", "sor-1", "nord-4"):
        found = await told(action(measure=measure, unit=unit), shelf, unit)
        page = (await shelf.content(shelf.series[-1])).change(measure, "unit", unit, "previous")
        assert found.change == change_cell(page, "nb")


async def test_the_agency_is_told_of_between_the_same_waves():
    found = await told(action(), main_waves())
    assert found.whole.since == found.change.since
    whole = await told(action(unit=""), main_waves(), "")
    assert whole.whole is None


async def test_a_wave_that_closed_within_four_weeks_of_the_start_counts_as_before():
    # the second main wave closes on 3 October 2025
    shelf = main_waves()
    early = await told(action(starts_on=date(2025, 9, 4)), shelf)
    assert (early.kind, early.before.key) == ("moved", "2024-h")
    late = await told(action(starts_on=date(2025, 9, 6)), shelf)
    assert (late.kind, late.before.key) == ("not_yet", "2025-h")


async def test_nothing_is_compared_without_a_wave_before_or_a_measure_or_a_start():
    shelf = main_waves()
    assert (await told(action(starts_on=date(2024, 1, 1)), shelf)).kind == "never_before"
    assert (await told(action(measure=""), shelf)).kind == "no_measure"
    assert (await told(action(state=ActionState.PLANNED), shelf)).kind == "not_started"
    assert (await told(action(starts_on=date(2026, 12, 1)), shelf)).kind == "not_started"
    assert (await told(action(measure="GONE"), shelf)).kind == "never_before"


@pytest.mark.parametrize("unit", [SMALL_UNIT, PROTECTING_UNIT])
async def test_what_is_hidden_stays_hidden_in_the_words_of_the_pages(unit):
    found = await told(action(unit=unit), main_waves(), unit)
    assert found.kind == "hidden"
    assert found.hidden == "Vises ikke, for at ingen skal kunne kjennes igjen"
    assert found.change is None
    assert found.levels == []


async def test_a_change_that_no_publication_holds_is_not_computed():
    # from the second main wave on, every comparison is with a later pulse or with the first wave
    shelf = opened(staff_series())
    found = await told(action(starts_on=date(2025, 12, 1), measure="KI-kjerne"), shelf)
    assert found.kind == "moved"
    assert (found.before.key, found.after.key) == ("2025-h", "2026-02")
    gone = opened(staff_series()[:4] + staff_series()[5:])
    missing = await told(action(starts_on=date(2025, 12, 1), measure="KI-kjerne"), gone)
    assert missing.kind == "no_change"
    assert missing.change is None
    assert [wave.key for wave, _ in missing.levels] == ["2025-h", "2026-05"]


async def test_a_unit_that_pulses_hide_is_followed_from_main_wave_to_main_wave():
    series = deepcopy(staff_series())
    series[3]["changes"] = [one for one in series[3]["changes"] if one["domain"] != "ost-2"]
    shelf = opened(series)
    # the last wave before is a pulse that hides the unit, and so is the first one after
    row = action(starts_on=date(2025, 3, 15), unit="ost-2")
    found = await told(row, shelf, "ost-2")
    assert found.kind == "moved"
    assert (found.before.key, found.after.key) == ("2024-h", "2025-h")
    levels = [cell.mean for _, cell in found.pair]
    assert found.change.difference == pytest.approx(levels[1] - levels[0])
    assert found.change.low < found.change.difference < found.change.high
    assert found.change.since == "siden høsten 2024"
    assert found.whole is not None


async def test_the_newest_wave_of_the_same_kind_tells_where_the_first_of_all_came_before():
    found = await told(action(measure="KI-kjerne"), opened(staff_series()))
    assert (found.before.key, found.after.key) == ("2024-h", "2025-h")
    assert found.later


@pytest.mark.parametrize(
    ("unit", "open_results", "kind"),
    [
        (UNIT, 2, "moved"),
        (UNIT, 1, "closed"),
        (UNIT, 0, "closed"),
        ("", 1, "moved"),
        ("", 0, "closed"),
    ],
)
async def test_staff_are_told_only_what_is_open_to_everybody(unit, open_results, kind):
    shelf = opened([staff_series()[0], staff_series()[3]], open_results)
    found = await told(action(unit=unit), shelf, unit, open_only=True)
    assert found.kind == kind
    if kind == "closed":
        assert found.levels == []
        assert found.change is None


async def test_staff_are_told_no_single_question_since_open_results_have_none():
    shelf = opened([staff_series()[0], staff_series()[3]], 2)
    item = next(
        one["code"]
        for one in staff_series()[3]["measures"]
        if one["kind"] == "item" and one["code"] in shelf.series[0].measures
    )
    assert (await told(action(unit="", measure=item), shelf, "")).levels
    found = await told(action(unit="", measure=item), shelf, "", open_only=True)
    assert (found.kind, found.levels, found.change) == ("closed", [], None)
