"""What is told of the whole's path, and that each sentence says what the figures beside it say."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from survey_app.reading.findings import findings
from survey_app.reading.path import largest_since, path_finding
from survey_app.reading.published import Published
from survey_app.reading.rows import AGENCY
from tests.builders_publication import public_series, staff_series
from tests.examples import examples

TRUST = "TI"
LAST = public_series()[-1]
WAVES = ("2021-09", "2022-03", "2022-09", "2023-03", "2023-09")
MONTHS = {"03": "mars", "09": "september"}
NUMBER = re.compile(r"\d+,\d")


def labels(key):
    name = f"{MONTHS[key[5:]]} {key[:4]}"
    return {form: {"nb": f"{word} {name}"} for form, word in (("in", "i"), ("since", "siden"))}


def step(role, since, until, difference, verdict, *, reach=1.0, under=False, measure=TRUST):
    return {
        "measure": measure, "role": role, "since": since, "until": until,
        "difference": difference, "low": round(difference - reach, 1),
        "high": round(difference + reach, 1), "chance": 0.99, "verdict": verdict,
        "under_limit": under, "margin": 3.0,
    }  # fmt: skip


def published(path, content=LAST):
    names = content["since_labels"] | {key: labels(key) for key in WAVES}
    return Published({**content, "since_labels": names, "path": path})


def told(path, lang="nb"):
    found = path_finding(published(path), TRUST, lang)
    return Markup(found.text).striptags().replace("\xa0", " ") if found else ""


NOW = LAST["wave"]["key"]
FELL = step("fall", "2022-03", "2022-09", -5.1, "down")
BACK = step("since", "2022-09", NOW, 3.3, "up")


def test_a_fall_that_was_made_good_is_one_story():
    before = step("since", "2022-03", NOW, -1.8, "uncertain", under=True)
    assert told([FELL, before, BACK]) == (
        "Tilliten falt, og har økt igjen: anslagsvis 5,1 poeng lavere i september 2022 enn i mars "
        "2022 (usikkerhet 4,1 til 6,1), og 3,3 poeng høyere nå enn i september 2022 (2,3 til 4,3) "
        "blant dem som svarte. Nivået er trolig litt lavere enn i mars 2022."
    )
    found = path_finding(published([FELL, before, BACK]), TRUST, "nb")
    assert (found.sign, found.headline) == ("up", "Tilliten falt, og har økt igjen")


def test_what_was_made_good_tells_what_it_takes_for_the_recovery_to_turn():
    tips = {"tipping_lower": 1.2, "tipping_gone": 3.0, "tipping_plausible": 6.0}
    found = path_finding(published([FELL, BACK | tips]), TRUST, "nb")
    assert found.turn.startswith("De som ikke svarte, måtte ha ligget 1,2 poeng lavere enn i")
    assert "september 2022" in found.turn
    assert "ikke lenger kalt det en økning" in found.turn
    assert path_finding(published([FELL, BACK]), TRUST, "nb").turn == ""


def test_a_fall_that_was_not_made_good_stays_a_fall():
    steps = [FELL, step("since", "2022-03", NOW, -4.2, "down"),
             step("since", "2022-09", NOW, 0.9, "steady")]  # fmt: skip
    assert told(steps) == (
        "Tilliten falt, og er ikke sikkert høyere nå enn da: anslagsvis 5,1 poeng lavere i "
        "september 2022 enn i mars 2022 (usikkerhet 4,1 til 6,1 blant dem som svarte). Nivået "
        "er nå lavere enn i mars 2022."
    )
    assert path_finding(published(steps), TRUST, "nb").sign == "down"


def test_of_a_fall_and_a_rise_the_later_one_is_told():
    rise = step("rise", "2022-09", "2023-03", 4.0, "up")
    steps = [FELL, rise, *(step("since", key, NOW, 0.0, "uncertain") for key in WAVES)]
    assert told(steps).startswith("Tilliten økte, og er ikke sikkert lavere nå enn da")


@pytest.mark.parametrize(("role", "back", "words"), [
    ("fall", "rise", "Tilliten falt, og har økt igjen: anslagsvis 5,1 poeng lavere"),
    ("rise", "fall", "Tilliten økte, og har gått ned igjen: anslagsvis 5,1 poeng høyere"),
])  # fmt: skip
def test_a_turn_is_told_from_where_it_began_and_not_as_half_of_itself(role, back, words):
    way, verdicts = (-1, ("down", "up")) if role == "fall" else (1, ("up", "down"))
    steps = [step(role, "2022-03", "2022-09", way * 5.1, verdicts[0]),
             step(back, "2022-09", "2023-03", way * -4.0, verdicts[1]),
             *(step("since", key, NOW, way * -3.7, verdicts[1]) for key in WAVES)]  # fmt: skip
    assert told(steps).startswith(words)
    # a rise that came after another fall is news of its own
    steps[1] |= {"since": "2023-03", "until": "2023-09"}
    assert not told(steps).startswith(words)


def test_a_level_that_goes_up_and_down_each_season_is_not_said_to_have_stayed_up():
    # high each autumn and low each spring: autumn beside autumn is not sure, beside spring it is
    steps = [step("rise", "2021-09", "2022-09", 6.5, "up"),
             step("since", "2022-09", NOW, -1.6, "uncertain"),
             step("since", "2023-03", NOW, 4.3, "up")]  # fmt: skip
    assert told(steps).startswith("Tilliten økte, og er ikke sikkert lavere nå enn da: anslagsvis")
    assert "siden" not in told(steps)


def test_without_a_fall_the_season_before_goes_before_a_larger_change():
    steps = [step("since", "2022-03", NOW, 6.0, "up"), step("year", "2022-09", NOW, 3.4, "up")]
    assert largest_since(published(steps), TRUST).since == "2022-09"
    assert "3,4 poeng siden september 2022" in told(steps)


@pytest.mark.parametrize("verdict", ["steady", "uncertain"])
def test_what_is_not_called_is_not_told(verdict):
    assert not told([step("since", key, NOW, 4.0, verdict) for key in WAVES])


def test_waves_that_do_not_measure_alike_make_no_path():
    unlike = {"measure": TRUST, "scales": [], "groups": ["2022-09"], "comparable": False}
    checks = LAST["checks"] | {"waves": {"rows": [unlike], "why": ""}}
    shown = published([FELL, BACK], LAST | {"checks": checks})
    assert {row.verdict for row in shown.path(TRUST)} == {"uncertain"}
    assert path_finding(shown, TRUST, "nb") is None


def test_every_page_begins_with_the_path_of_its_first_measure_alone():
    shown = published([FELL, BACK, step("fall", "2022-03", "2022-09", -6.0, "down", measure="SAM")])
    found = findings(shown, (TRUST, "SAM"), "nb")
    assert found[0] == path_finding(shown, TRUST, "nb")
    assert sum(bool(one.headline) for one in found) == 1


def test_a_page_of_a_part_tells_no_path_of_the_whole():
    content = staff_series()[-1]
    row = step("fall", "2022-03", "2022-09", -5.0, "down", measure="KI-kjerne")
    shown = published([row], content)
    region = next(one for one in shown.domains if one.level == "region")
    found = findings(shown, ("KI-kjerne",), "nb", places=lambda one: one == region)
    assert not any(one.headline for one in found)
    assert any(one.headline for one in findings(shown, ("KI-kjerne",), "nb"))


@st.composite
def paths(draw):
    """Draw any path: whatever was measured, and whatever the rule made of it."""
    figure = st.integers(-150, 150).map(lambda one: one / 10)
    verdict = st.sampled_from(["up", "down", "steady", "uncertain"])
    rows = []
    for key in WAVES:
        size = draw(figure)
        named = draw(verdict)
        if named in {"up", "down"} and (abs(size) < 3 or (size > 0) != (named == "up")):
            named = "uncertain"
        rows.append(step("since", key, NOW, size, named, under=draw(st.booleans())))
    for role, sign in (("fall", -1), ("rise", 1)):
        if draw(st.booleans()):
            first = draw(st.integers(0, len(WAVES) - 2))
            last = draw(st.integers(first + 1, len(WAVES) - 1))
            size = sign * draw(st.integers(30, 150)) / 10
            verdict_of = "down" if sign < 0 else "up"
            rows.append(step(role, WAVES[first], WAVES[last], size, verdict_of))
    return rows


@examples(60, audit=300)
@given(paths())
def test_each_claim_is_that_of_the_figures_beside_it(rows):
    shown = published(rows)
    text = told(rows)
    if not text:
        return
    legs = [row for row in rows if row["role"] in {"fall", "rise"}]
    numbers = [float(one.replace(",", ".")) for one in NUMBER.findall(text)]
    if not legs:
        since = largest_since(shown, TRUST)
        assert since.verdict in {"up", "down"}
        assert ("har økt" in text) == (since.verdict == "up")
        assert abs(since.difference) in numbers
        return
    leg = max(legs, key=lambda row: (row["until"], row["role"] == "fall"))
    same = [row for row in legs if row["until"] == leg["until"]]
    # what it made good, and still does, is told with it
    made_good_since = [
        row
        for row in legs
        if row["until"] == leg["since"]
        and shown.since(TRUST, row["until"]).verdict == ("up" if row["role"] == "fall" else "down")
    ]
    leg = next(row for row in made_good_since or same if abs(row["difference"]) in numbers)
    back = shown.since(TRUST, leg["until"])
    before = shown.since(TRUST, leg["since"])
    fell = leg["role"] == "fall"
    assert ("falt" in text) == fell
    made_good = back.verdict == ("up" if fell else "down")
    assert ("igjen" in text) == made_good
    assert (abs(back.difference) in numbers) or not made_good
    assert ("Nivået er nå lavere" in text) == (before.verdict == "down")
    assert ("Nivået er nå høyere" in text) == (before.verdict == "up")
    if "trolig litt" in text:
        assert before.verdict == "uncertain"
        assert before.under_limit
        assert ("lavere enn" in text.rsplit("trolig", 1)[1]) == (before.difference < 0)


@examples(60, audit=300)
@given(paths())
def test_no_two_sentences_say_otherwise_of_the_same_wave(rows):
    shown = published(rows)
    said = {}
    for one in findings(shown, (TRUST,), "nb", places=lambda place: place.level == AGENCY):
        text = Markup(one.text).striptags()
        for verdict, words in (("up", "har økt"), ("down", "har gått ned"), ("steady", "uendret")):
            found = re.search(rf"Tilliten (?:er )?{words}.*? (siden [a-z]+(?: \d+)?)", text)
            if found and not one.headline:
                said.setdefault(found[1], set()).add(verdict)
    assert all(len(one) == 1 for one in said.values())
