"""What readers are told first: sentences follow from figures, and none contradicts another.

Publications are drawn by chance: levels that wander and jump, known more or less exactly, judged by
the rule of publications. Sentences are then read as a reader reads them, number by number, and held
against the figures; a sentence that no pattern here knows fails as well.
"""

import random
import re
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from analytics.comparison.verdict import Judged, sure_of_picked, verdicts_of_courses
from survey_app.accounts.roles import Role
from survey_app.reading import kinds
from survey_app.reading.compare import compared_with
from survey_app.reading.course import course_finding
from survey_app.reading.findings import findings
from survey_app.reading.home.overview import choices
from survey_app.reading.levels import level_row
from survey_app.reading.names import inside, sentence_name
from survey_app.reading.path import path_finding
from survey_app.reading.published import Published
from survey_app.reading.reputation.findings import reputation_findings
from survey_app.reading.rows import AGENCY
from survey_app.reading.verdicts import is_clear, verdict_of
from tests.builders_publication import public_series

LAST = public_series()[-1]
NOW = LAST["wave"]["key"]
MONTHS = {"03": "mars", "09": "september"}
EARLIER = ["2022-09", "2023-03", "2023-09", "2024-03", "2024-09", "2025-03", "2025-09"]
MARGIN = 3.0
NORMAL = NormalDist()
TOLD = {"økt": "up", "gått ned": "down"}


def wave_words(key):
    name = f"{MONTHS[key[5:]]} {key[:4]}"
    return {"name": {"nb": name.capitalize()}, "in": {"nb": f"i {name}"},
            "since": {"nb": f"siden {name}"}, "year": int(key[:4])}  # fmt: skip


LABELS = {key: wave_words(key) for key in EARLIER}
WAVE = {words["since"]["nb"][len("siden ") :]: key for key, words in LABELS.items()}


def called(size, deviation, sure=0.8):
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


def drawn(rng, waves):
    """A publication whose public has walked by chance."""
    codes = [row["code"] for row in LAST["measures"] if row["kind"] != "item"]
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
            sure = 0.8 if key in {*roles.values(), year} else sure_of(len(asked))
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
    estimates = [row for row in LAST["estimates"]
                 if row["statistic"] == "mean" and (row["level"] == AGENCY
                                                    or row["measure"] == "TI")]  # fmt: skip
    estimates = [moved(row, rng) for row in estimates]
    trends = [row | {"since": rng.choice(waves)} for row in LAST["trends"]]
    return LAST | {"changes": changes, "path": path, "estimates": [*estimates, view],
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


# How a sentence reads. X is a number, S a number with a sign, W a wave, N the name of measures.
_X, _S, _W = r"(\d+,\d)", r"([+−]?\d+,\d)", r"([a-z]+ \d{4})"
_ENDS = rf"\(usikkerhet {_X} til {_X}(?: blant dem som svarte)?\)"
_TAKEN = r"(?: Vi går da ut fra at .+)?"
_FIRST = r"(?:, da vi målte dette for første gang)?"
CHANGED = re.compile(
    rf"(.+?) har (økt|gått ned)(, men kanskje bare litt:)?(?: med)? anslagsvis {_X} poeng "
    rf"siden {_W}{_FIRST} {_ENDS}\.{_TAKEN}"
)
STEADY = re.compile(
    rf"(.+) er uendret siden {_W}{_FIRST}\. Forskjell(?:en|ene) er mindre enn (\d+) poeng blant "
    r"dem som svarte\."
)
UNKNOWN = re.compile(
    rf"Vi vet ikke om (.+) har endret seg siden {_W}{_FIRST}\. Endringen er anslått til {_S} "
    rf"poeng, men kan ligge mellom {_S} og {_S}\."
)
PROBABLY = re.compile(
    rf"(.+) har trolig (økt|gått ned) siden {_W}{_FIRST}, men vi vet ikke om det er nok til å bety "
    rf"noe\. Anslaget er {_X} poeng {_ENDS}\."
)
UNDER = re.compile(
    rf"(.+) er anslått {_X} poeng (høyere|lavere) enn i {_W} {_ENDS}\. Det er under grensen på "
    r"(\d+) poeng, så vi kaller det ikke en endring ennå\."
)
STORY = re.compile(
    rf"(.+?) (falt|økte), og har (.+?): anslagsvis {_X} poeng (lavere|høyere) i {_W} enn i {_W} "
    rf"\(usikkerhet {_X} til {_X}(.*)"
)
BACK = re.compile(rf"\), og {_X} poeng (høyere|lavere) nå enn i {_W} \({_X} til {_X}\)")
FIRST = re.compile(
    r"Dette er den første målingen av sitt slag\. Endringer kan vises fra den neste\."
)
NO_VIEW = re.compile(r"(\d+) % har ingen mening \(usikkerhet (\d+)–(\d+) %\): .+")
GROUP = re.compile(
    r"«(.+)» har (høyere|lavere) tillit enn befolkningen samlet: (\d+) .+ mot (\d+) .+"
)


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


def names_of(shown, codes):
    found = {}
    for code in codes:
        measure = shown.measure(code)
        if measure:
            name = sentence_name(code, measure.kind, measure.title, "nb")
            found |= {name: code, inside(name): code}
    return found


def read(shown, finding, known):
    """Read a sentence, hold it against the figures, and return what it claims."""
    text = Markup(finding.text).striptags().replace("\xa0", " ")
    found = [(how, match) for pattern, how in READ.items() if (match := pattern.fullmatch(text))]
    assert len(found) == 1, text
    how, match = found[0]
    return how(shown, finding, known, *match.groups())


def changed(shown, finding, known, name, verb, slightly, size, wave, low, high):
    change = shown.since(known[name], WAVE[wave])
    assert TOLD[verb] == change.verdict == finding.sign
    assert bool(slightly) is not is_clear(change)
    holds(change, size, low, high)
    return [Claim(known[name], WAVE[wave], NOW, change.verdict, change.difference)]


def steady(shown, finding, known, names, wave, margin):
    codes = dict.fromkeys(code for name, code in known.items() if name in names)
    assert codes
    assert finding.sign == "steady"
    changes = [shown.since(code, WAVE[wave]) for code in codes]
    assert all(one.verdict == "steady" for one in changes)
    assert all(max(abs(one.low), abs(one.high)) <= int(margin) + 0.05 for one in changes)
    return [Claim(one.measure, one.since, NOW, "steady", None) for one in changes]


def unknown(shown, finding, known, name, wave, size, low, high):
    change = shown.since(known[name], WAVE[wave])
    assert change.verdict == finding.sign == "uncertain"
    assert change.low <= 0 <= change.high
    ends = [change.difference, change.low, change.high]
    assert [number(one) for one in (size, low, high)] == ends
    return [Claim(change.measure, change.since, NOW, "uncertain", change.difference)]


def probably(shown, finding, known, name, verb, wave, size, low, high):
    change = shown.since(known[name], WAVE[wave])
    assert (change.verdict, change.under_limit) == (finding.sign, False) == ("uncertain", False)
    assert (TOLD[verb] == "up") == (change.low > 0)
    holds(change, size, low, high)
    return [Claim(change.measure, change.since, NOW, "uncertain", change.difference)]


def under(shown, finding, known, name, size, way, wave, low, high, margin):
    change = shown.since(known[name], WAVE[wave])
    assert (change.verdict, change.under_limit) == (finding.sign, True) == ("uncertain", True)
    assert abs(change.difference) < int(margin) == change.margin
    assert (way == "høyere") == (change.difference > 0)
    holds(change, size, low, high)
    return [Claim(change.measure, change.since, NOW, "uncertain", change.difference)]


def no_view(shown, finding, known, share, low, high):
    view = shown.estimate("TI", AGENCY, "", "share", "view")
    assert int(share) == pytest.approx(100 - 100 * view.mean, abs=0.51)
    assert int(low) <= 100 - 100 * view.high + 1e-6
    assert int(high) >= 100 - 100 * view.low - 1e-6
    return []


def first(shown, finding, known):
    return []


def of_a_group(shown, finding, known, name, way, level, other):
    place = next(one for one in shown.domains if dict(one.name).get("nb") == name)
    cells = shown.estimate("TI", "group", place.code), shown.estimate("TI")
    assert (way == "høyere") == (cells[0].mean > cells[1].mean)
    assert [int(level), int(other)] == [pytest.approx(cell.mean, abs=0.51) for cell in cells]
    return []


def holds(change, size, low, high):
    ends = sorted((abs(change.low), abs(change.high)))
    assert [number(one) for one in (size, low, high)] == [abs(change.difference), *ends]


def story(shown, finding, known, name, verb, then, size, way, until, since, low, high, rest):
    code, fell = known[name], verb == "falt"
    leg = next(one for one in shown.path(code)
               if one.leg and (one.since, one.until) == (WAVE[since], WAVE[until]))  # fmt: skip
    assert fell == (way == "lavere") == (leg.difference < 0)
    assert leg.verdict == ("down" if fell else "up")
    holds(leg, size, low, high)
    claims = [Claim(code, leg.since, leg.until, leg.verdict, leg.difference)]
    back, before = shown.since(code, leg.until), shown.since(code, leg.since)
    made_good = then in {"økt igjen", "gått ned igjen"}
    assert made_good == bool(back and back.verdict == ("up" if fell else "down"))
    assert finding.sign == (back.verdict if made_good else leg.verdict)
    if made_good:
        size, way, wave, low, high = BACK.match(rest).groups()
        assert WAVE[wave] == leg.until
        assert (way == "høyere") == (back.difference > 0) == fell
        holds(back, size, low, high)
        claims.append(Claim(code, back.since, NOW, back.verdict, back.difference))
    if before is not None:
        lower = re.search(r"Nivået er (nå|trolig litt) (lavere|høyere) enn", rest)
        if lower and lower[1] == "nå":
            assert before.verdict == ("down" if lower[2] == "lavere" else "up")
        elif lower:
            assert (before.verdict, before.under_limit) == ("uncertain", True)
            assert (lower[2] == "lavere") == (before.difference < 0)
        assert ("mindre enn 3 poeng fra det vi målte" in rest) == (before.verdict == "steady")
        assert ("Vi vet ikke om nivået" in rest) == (
            before.verdict == "uncertain" and not before.under_limit
        )
        claims.append(Claim(code, before.since, NOW, before.verdict, None))
    return claims


READ = {
    CHANGED: changed, STEADY: steady, UNKNOWN: unknown, PROBABLY: probably, UNDER: under,
    FIRST: first, STORY: story, NO_VIEW: no_view, GROUP: of_a_group,
}  # fmt: skip


def tiles(shown, codes, since):
    for code in codes:
        row = level_row(shown, code, shown.whole, "nb", since=since)
        for cell in (row.previous, row.first) if row else ():
            if cell:
                wave = WAVE[cell.since.removeprefix("siden ")]
                change = shown.since(code, wave)
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
    known = names_of(shown, codes)
    series = [(one, None) for one in map(Named, EARLIER)]
    for since in dict(compared_with(shown, public.trust, None, "nb").options) or [""]:
        told = findings_of_page = reputation_findings(shown, since, "nb")
        if course := course_finding(shown, public.trust, shown.whole, series, "nb"):
            told = [*told, course] if course.pair else told
        claims = [claim for one in told for claim in read(shown, one, known)]
        agree([*claims, *tiles(shown, codes, since)])
        assert len({str(one.text) for one in findings_of_page}) == len(findings_of_page)
        leads(findings_of_page)
    at_home(shown, known)


@dataclass(frozen=True)
class Named:
    """A wave of a series, as far as a sentence needs it."""

    key: str

    def label(self, form, lang):
        return LABELS[self.key][form][lang]


def leads(told):
    """What may be small never stands before what is clear, or before what has not moved."""
    order = [one.clear for one in told if one.sign in {"up", "down", "steady"}]
    assert order == sorted(order, reverse=True)
    assert not any("kanskje bare litt" in one.text for one in told if one.clear)


def at_home(shown, known):
    for role in (Role.COMMUNICATIONS, Role.ANALYST):
        for choice in choices(role):
            if choice.population == "public" and choice.spoken:
                told = findings(shown, choice.spoken, "nb", most=3,
                                places=lambda d: d.level == AGENCY)  # fmt: skip
                claims = [claim for one in told for claim in read(shown, one, known)]
                if any(FIRST.fullmatch(Markup(one.text).striptags()) for one in told):
                    assert not list(shown.changes(choice.spoken))
                agree([*claims, *tiles(shown, choice.tiles, "")])
                leads(told)
    if path := path_finding(shown, kinds.public().trust, "nb"):
        claims = read(shown, path, known)
        agree([*claims, *tiles(shown, (kinds.public().trust, *kinds.public().goals), "")])


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, len(EARLIER)))
def test_every_sentence_follows_from_its_figures_and_none_contradicts_another(seed, waves):
    look(seed, waves)


@pytest.mark.slow
@settings(max_examples=5000, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, len(EARLIER)))
def test_so_it_is_in_thousands_of_publications(seed, waves):
    look(seed, waves)
