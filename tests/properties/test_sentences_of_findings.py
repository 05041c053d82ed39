"""What readers are told first: sentences follow from figures, and none contradicts another.

Publications are drawn by chance: levels that wander and jump, known more or less exactly, judged by
the rule of publications. Sentences are then read as a reader reads them, number by number, and held
against the figures; a sentence that no pattern knows fails as well. Each publication is read in
every language, by words that stand beside the tests (`tests/findings_read.py`): what one language
claims the others claim.
"""

import random
import re
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup

from analytics.comparison.margins import SURE
from analytics.comparison.verdict import Judged, sure_of_picked, verdicts_of_courses
from survey_app.accounts.roles import Role
from survey_app.reading import kinds
from survey_app.reading.compare import compared_with
from survey_app.reading.course import course_finding
from survey_app.reading.findings import findings
from survey_app.reading.home.overview import population_briefs
from survey_app.reading.levels import level_row
from survey_app.reading.names import inside, own, sentence_name
from survey_app.reading.path import path_finding
from survey_app.reading.published import Published
from survey_app.reading.reputation.findings import reputation_findings
from survey_app.reading.rows import AGENCY
from survey_app.reading.staff_measures import columns, stands_alone
from survey_app.reading.verdicts import SMALL, STEADY, is_clear, verdict_of
from tests.builders_publication import public_series, staff_series
from tests.examples import examples
from tests.findings_read import IN, LANGUAGES, MONTHS, READINGS, SINCE

LAST = public_series()[-1]
NOW = LAST["wave"]["key"]
EARLIER = ["2021-03", "2021-09", "2022-03", "2022-09", "2023-03", "2023-09", "2024-03", "2024-09",
           "2025-03", "2025-09"]  # fmt: skip
MAIN = staff_series()[3]
STAFF = {**MAIN, "wave": {**MAIN["wave"], "key": NOW}}
MARGIN = 3.0
VERBS = {verb for words in READINGS.values() for verb in (*words.rose, *words.fell)}
NORMAL = NormalDist()


def wave_words(key):
    names = {lang: f"{months[key[5:]]} {key[:4]}" for lang, months in MONTHS.items()}
    return {
        "name": {lang: name.capitalize() for lang, name in names.items()},
        "in": {lang: f"{IN[lang]} {name}" for lang, name in names.items()},
        "since": {lang: f"{SINCE[lang]} {name}" for lang, name in names.items()},
        "year": int(key[:4]),
    }


LABELS = {key: wave_words(key) for key in EARLIER}
WAVE = {
    lang: {words["since"][lang].removeprefix(f"{SINCE[lang]} "): key
           for key, words in LABELS.items()}
    for lang in LANGUAGES
}  # fmt: skip


def called(size, deviation, sure=SURE):
    """Judge one change by the rule of publications, as if it were normal."""
    low, high = round(size - 1.96 * deviation, 1), round(size + 1.96 * deviation, 1)
    chance = NORMAL.cdf((abs(size) - MARGIN / 2) / deviation)
    within = NORMAL.cdf((MARGIN - size) / deviation) - NORMAL.cdf((-MARGIN - size) / deviation)
    one = [np.array([value]) for value in (size, low, high, chance, within, low > 0 or high < 0)]
    verdict, under = verdicts_of_courses(Judged(*one), np.array([MARGIN]), sure)
    return {
        "difference": size, "low": low, "high": high, "chance": round(chance, 2),
        "verdict": str(verdict[0]), "under_limit": bool(under[0]), "margin": MARGIN,
    }  # fmt: skip


def sure_of(among):
    return float(sure_of_picked(np.array([max(among, 1)]))[0])


def drawn(rng, waves, of=LAST):
    """A publication whose public, or staff, has walked by chance."""
    codes = [row["code"] for row in of["measures"] if row["kind"] != "item"]
    changes, path = [], []
    for code in codes:
        here, deviation = rng.uniform(30, 70), rng.choice([0.3, 0.6, 1.0, 2.0])
        level = {}
        for key in [*waves, NOW]:
            here += rng.gauss(0, rng.choice([0.2, 1.5])) + rng.choice([0, 0, 0, -5, 5])
            level[key] = here
        asked = [key for key in waves if rng.random() < 0.9]
        if not asked:
            continue
        roles = {"previous": asked[-1], "first": asked[0]}
        year = "2025-03" if "2025-03" in asked else ""
        for key in asked:
            sure = SURE if key in {*roles.values(), year} else sure_of(len(asked))
            row = {"measure": code, "since": key, "until": NOW,
                   **called(round(level[NOW] - level[key], 1), deviation, sure)}  # fmt: skip
            path.append(row | {"role": "year" if key == year else "since"})
            changes += [
                row | judged(rng, row) | {"role": role, "since_labels": LABELS[key]}
                for role, since in roles.items()
                if since == key
            ]
        path += legs(code, asked, level, deviation)
    share = rng.uniform(0, 1)
    view = {"measure": "TI", "statistic": "share", "category": "view", "level": AGENCY,
            "domain": "", "n": 1800, "mean": round(share, 3), "low": round(share * 0.95, 3),
            "high": round(min(1, share * 1.04), 3), "status": "published"}  # fmt: skip
    estimates = [row for row in of["estimates"]
                 if row["statistic"] == "mean" and (row["level"] == AGENCY
                                                    or row["measure"] == "TI")]  # fmt: skip
    estimates = [moved(row, rng) for row in estimates]
    trends = [row | {"since": rng.choice(waves)} for row in of["trends"]]
    return of | {"changes": changes, "path": path, "estimates": [*estimates, view],
                   "since_labels": LABELS, "checks": None, "trends": trends}  # fmt: skip


def judged(rng, row):
    """What a change has that a step of a path lacks."""
    return {
        "level": AGENCY, "domain": "", "statistic": "mean", "status": "published",
        **{f"model_{name}": row[name] for name in ("difference", "low", "high")},
        "tipping_lower": rng.choice([None, 0.0, 2.2]), "tipping_higher": 1.4,
        "tipping_gone": 3.0, "tipping_plausible": 4.0,
    }  # fmt: skip


def moved(row, rng):
    """Move a group's level somewhere, so that some stand apart."""
    if row["level"] != "group" or row["status"] != "published":
        return row
    by = round(rng.gauss(0, 4), 1)
    return row | {name: round(row[name] + by, 1) for name in ("mean", "low", "high")}


def legs(code, asked, level, deviation):
    pairs = [(a, b) for at, a in enumerate(asked) for b in asked[at + 1 :]]
    sure = sure_of(len(pairs))
    rows = [
        {"measure": code, "since": since, "until": until}
        | called(round(level[until] - level[since], 1), deviation, sure)
        for since, until in pairs
    ]
    found = []
    for verdict, role in (("down", "fall"), ("up", "rise")):
        some = [row for row in rows if row["verdict"] == verdict]
        if some:
            found.append(max(some, key=lambda one: abs(one["difference"])) | {"role": role})
    return found


@dataclass(frozen=True)
class Claim:
    """What one sentence or tile says of a measure between two waves."""

    measure: str
    since: str
    until: str
    sign: str
    size: float | None


def number(text):
    return float(text.replace(",", ".").replace("−", "-").replace("+", ""))


@dataclass(frozen=True)
class Page:
    """What is read: figures, the language, and the measures by the names that they have in it."""

    shown: Published
    lang: str
    known: dict

    @property
    def words(self):
        return READINGS[self.lang]

    def since(self, name, wave):
        return self.shown.since(self.known[name], WAVE[self.lang][wave])


def a_page(shown, codes, lang):
    found = {}
    for code in codes:
        measure = shown.measure(code)
        if measure:
            name = sentence_name(code, measure.kind, measure.title, lang)
            found |= {name: code, inside(name): code}
    return Page(shown, lang, found)


def read(page, finding):
    """Read a sentence, hold it against the figures, and return what it claims."""
    text = Markup(finding.text).striptags().replace("\xa0", " ")
    found = [(how, match) for name, how in READ.items()
             if (match := page.words.pattern(name).fullmatch(text))]  # fmt: skip
    assert len(found) == 1, text
    how, match = found[0]
    return how(page, finding, *match.groups())


def changed(page, finding, name, verb, slightly, size, wave, low, high):
    change = page.since(name, wave)
    assert finding.sign == change.verdict == ("up" if page.words.up(verb) else "down")
    assert bool(slightly) is not is_clear(change)
    holds(change, size, low, high)
    return [Claim(change.measure, change.since, NOW, change.verdict, change.difference)]


def steady(page, finding, names, wave, margin):
    codes, left = [], names
    for name in sorted(page.known, key=len, reverse=True):  # one may be the beginning of another
        if name in left:
            codes.append(page.known[name])
            left = left.replace(name, "")
    assert codes
    assert set(re.split(r"\W+", left)) <= {"", "og", "and"}
    codes.sort()
    assert finding.sign == "steady"
    changes = [page.shown.since(code, WAVE[page.lang][wave]) for code in codes]
    assert all(verdict_of(one) == STEADY for one in changes)
    assert all(max(abs(one.low), abs(one.high)) <= int(margin) + 0.05 for one in changes)
    return [Claim(one.measure, one.since, NOW, "steady", None) for one in changes]


def small(page, finding, name, size, wave, low, high):
    change = page.since(name, wave)
    assert finding.sign == "steady"
    assert verdict_of(change) == SMALL
    ends = [change.difference, change.low, change.high]
    assert [number(one) for one in (size, low, high)] == ends
    return [Claim(change.measure, change.since, NOW, "steady", change.difference)]


def unknown(page, finding, name, wave, size, low, high):
    change = page.since(name, wave)
    assert change.verdict == finding.sign == "uncertain"
    assert change.low <= 0 <= change.high
    ends = [change.difference, change.low, change.high]
    assert [number(one) for one in (size, low, high)] == ends
    return [Claim(change.measure, change.since, NOW, "uncertain", change.difference)]


def probably(page, finding, name, verb, wave, size, low, high):
    change = page.since(name, wave)
    assert (change.verdict, change.under_limit) == (finding.sign, False) == ("uncertain", False)
    assert page.words.up(verb) == (change.low > 0)
    holds(change, size, low, high)
    return [Claim(change.measure, change.since, NOW, "uncertain", change.difference)]


def under(page, finding, name, size, way, wave, low, high, margin):
    change = page.since(name, wave)
    assert (change.verdict, change.under_limit) == (finding.sign, True) == ("uncertain", True)
    assert abs(change.difference) < int(margin) == change.margin
    assert page.words.up(way) == (change.difference > 0)
    holds(change, size, low, high)
    return [Claim(change.measure, change.since, NOW, "uncertain", change.difference)]


def no_view(page, finding, share, low, high):
    view = page.shown.estimate("TI", AGENCY, "", "share", "view")
    without = 100 - 100 * view.mean
    if share.startswith(("<", ">")):  # what is not none, or not all, is not called so
        assert share == ("<1" if without < 50 else ">99")
        assert 0 < min(without, 100 - without) < 0.51
    else:
        assert int(share) == pytest.approx(without, abs=0.51)
    assert int(low) <= 100 - 100 * view.high + 1e-6
    assert int(high) >= 100 - 100 * view.low - 1e-6
    return []


def sides(how):
    """Read which sides of trust did what trust did; the words stand in either order."""

    def read_sides(page, finding, *said):
        verb, wave, names = (said[1], said[2], said[0]) if said[1] in VERBS else said
        since, trust = WAVE[page.lang][wave], kinds.public().trust
        verdict = page.shown.since(trust, since).verdict
        assert verdict == ("up" if page.words.up(verb) else "down")
        made_of = page.shown.measure(kinds.public().trust_goal).parts
        called = {code: page.shown.since(code, since).verdict for code in made_of}
        same = {code for code, one in called.items() if one == verdict}
        apart = re.split(r", | og | and ", names)
        named = {code for code in made_of if short(page, code) in apart}
        assert set(called.values()) <= {verdict, "steady", "uncertain"}
        assert how == ("all" if same == {*called} else "some" if same else "none")
        assert named == (same or {*called})
        return [Claim(code, since, NOW, verdict, None) for code in same]

    return read_sides


def short(page, code):
    measure = page.shown.measure(code)
    return inside(sentence_name(code, measure.kind, measure.title, page.lang))


def first(page, finding):
    return []


def of_a_group(page, finding, name, way, level, other):
    shown = page.shown
    place = next(one for one in shown.domains if own(one.name, page.lang) == name)
    cells = shown.estimate("TI", "group", place.code), shown.estimate("TI")
    assert page.words.up(way) == (cells[0].mean > cells[1].mean)
    assert [int(level), int(other)] == [pytest.approx(cell.mean, abs=0.51) for cell in cells]
    return []


def holds(change, size, low, high):
    ends = sorted((abs(change.low), abs(change.high)))
    assert [number(one) for one in (size, low, high)] == [abs(change.difference), *ends]


def story(page, finding, name, verb, then, size, way, until, since, low, high, rest):
    words, waves, code = page.words, WAVE[page.lang], page.known[name]
    fell = not words.up(verb)
    leg = next(one for one in page.shown.path(code)
               if one.leg and (one.since, one.until) == (waves[since], waves[until]))  # fmt: skip
    assert fell == (not words.up(way)) == (leg.difference < 0)
    assert leg.verdict == ("down" if fell else "up")
    assert finding.span == (leg.since, leg.until)
    holds(leg, size, low, high)
    claims = [Claim(code, leg.since, leg.until, leg.verdict, leg.difference)]
    back, before = (page.shown.since(code, wave) for wave in (leg.until, leg.since))
    made_good = then in words.again
    assert made_good == bool(back and back.verdict == ("up" if fell else "down"))
    assert finding.sign == (back.verdict if made_good else leg.verdict)
    if made_good:
        assert words.up(then.removesuffix(f" {then.split()[-1]}")) == fell
        size, way, wave, low, high = words.part(words.back).match(rest).groups()
        assert waves[wave] == leg.until
        assert words.up(way) == (back.difference > 0) == fell
        holds(back, size, low, high)
        claims.append(Claim(code, back.since, NOW, back.verdict, back.difference))
    else:
        # of what came in between nothing is said: the level may have gone up and down
        [way] = [word for word in then.split() if word in {*words.rose, *words.fell}]
        assert words.up(way) == fell
        assert words.now in then.split()
    if before is not None:
        lies = re.search(words.level, rest)
        if lies and lies[1] == words.now:
            assert before.verdict == ("up" if words.up(lies[2]) else "down")
        elif lies:
            assert (before.verdict, before.under_limit) == ("uncertain", True)
            assert words.up(lies[2]) == (before.difference > 0)
        assert (words.near in rest) == (before.verdict == "steady")
        assert (words.unknown_level in rest) == (
            before.verdict == "uncertain" and not before.under_limit
        )
        claims.append(Claim(code, before.since, NOW, before.verdict, None))
    return claims


READ = {
    "changed": changed, "steady": steady, "small": small, "unknown": unknown,
    "probably": probably, "under": under, "first": first, "story": story,
    "no_view": no_view, "of_a_group": of_a_group,
    "all_sides": sides("all"), "some_sides": sides("some"), "no_side": sides("none"),
}  # fmt: skip


def tiles(page, codes, since):
    for code in codes:
        row = level_row(page.shown, code, page.shown.whole, page.lang, since=since)
        for cell in (row.previous, row.first) if row else ():
            if cell:
                wave = WAVE[page.lang][cell.since.removeprefix(f"{SINCE[page.lang]} ")]
                change = page.shown.since(code, wave)
                assert cell.difference == change.difference
                assert cell.sign == verdict_of(change).sign
                yield Claim(code, wave, NOW, change.verdict, change.difference)


def agree(claims):
    """No two sentences say otherwise of one measure between the same two waves."""
    said, sizes = {}, {}
    for one in claims:
        pair = (one.measure, one.since, one.until)
        assert said.setdefault(pair, one.sign) == one.sign
        if one.size is not None:
            assert sizes.setdefault(pair, one.size) == one.size


def look(seed, waves):
    rng = random.Random(seed)
    shown = Published(drawn(rng, EARLIER[-waves:]))
    public = kinds.public()
    codes = (public.trust, *public.goals, public.reputation)
    pages = [a_page(shown, codes, lang) for lang in LANGUAGES]
    for since in dict(compared_with(shown, public.trust, None, "nb").options) or [""]:
        claims = [on_the_page(page, codes, since) for page in pages]
        assert all(one == claims[0] for one in claims)
    claims = [at_home(page) for page in pages]
    assert all(one == claims[0] for one in claims)


def on_the_page(page, codes, since):
    shown, trust = page.shown, kinds.public().trust
    series = [(one, None) for one in map(Named, EARLIER)]
    told = reputation_findings(shown, since, page.lang)
    course = course_finding(shown, trust, shown.whole, series, page.lang)
    beside = [course] if course and course.pair else []
    claims = [claim for one in (*told, *beside) for claim in read(page, one)]
    agree([*claims, *tiles(page, codes, since)])
    assert len({str(one.text) for one in told}) == len(told)
    leads(told, page)
    return claims


@dataclass(frozen=True)
class Named:
    """A wave of a series, as far as a sentence needs it."""

    key: str

    def label(self, form, lang):
        return LABELS[self.key][form][lang]


def leads(told, page):
    """What may be small never stands before what is clear, or before what has not moved."""
    order = [one.clear for one in told if one.sign in {"up", "down", "steady"}]
    assert order == sorted(order, reverse=True)
    slightly = page.words.pattern("changed")
    matches = (slightly.match(Markup(one.text).striptags()) for one in told if one.clear)
    assert not any(match and match[3] for match in matches)


def at_home(page):
    shown, trust, found = page.shown, kinds.public().trust, []
    for role in (Role.COMMUNICATIONS, Role.ANALYST):
        for choice in population_briefs(role):
            if choice.population == "public" and choice.spoken:
                told = findings(shown, choice.spoken, page.lang, most=3,
                                places=lambda d: d.level == AGENCY)  # fmt: skip
                claims = [claim for one in told for claim in read(page, one)]
                nothing = page.words.pattern("first")
                if any(nothing.fullmatch(Markup(one.text).striptags()) for one in told):
                    assert not list(shown.changes(choice.spoken))
                agree([*claims, *tiles(page, choice.tiles, "")])
                leads(told, page)
                found += claims
    if path := path_finding(shown, trust, page.lang):
        claims = read(page, path)
        agree([*claims, *tiles(page, (trust, *kinds.public().goals), "")])
        found += claims
    return found


@examples(12, audit=5000)
@given(st.integers(0, 2**32 - 1), st.integers(1, len(EARLIER)))
@example(14662, 1)  # fewer than one in a hundred have no view
def test_every_sentence_follows_from_its_figures_and_none_contradicts_another(seed, waves):
    look(seed, waves)


def look_at_staff(seed, waves):
    shown, staff = Published(drawn(random.Random(seed), EARLIER[-waves:], STAFF)), kinds.staff()
    codes = [one for one in (*staff.values, *columns(shown), *stands_alone()) if shown.measure(one)]
    pages = [a_page(shown, codes, lang) for lang in LANGUAGES]
    claims = []
    for page in pages:
        told = findings(shown, codes, page.lang, places=lambda d: d.level == AGENCY)
        claims.append([claim for one in told for claim in read(page, one)])
        agree([*claims[-1], *tiles(page, codes, "")])
        leads(told, page)
    assert all(one == claims[0] for one in claims)


@examples(8, audit=2000)
@given(st.integers(0, 2**32 - 1), st.integers(1, len(EARLIER)))
def test_every_sentence_about_staff_follows_from_its_figures_too(seed, waves):
    look_at_staff(seed, waves)
