"""What a simulated public thinks, answers and leaves unanswered (instruments.md 7.5 and 7.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from questionnaires.model import NOT_APPLICABLE, NOT_ASKED, PREFER_NOT
from questionnaires.population import Population, read_population
from survey_app.simulation.parameters import public_parameters, stream
from survey_app.simulation.staff_model import agree, graded_agreement, with_noise

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    type Floats = npt.NDArray[np.float64]
    type Codes = npt.NDArray[np.int16]

REVERSED: Final = frozenset({"om.apn.3"})
CHANNELS: Final = 5
_MIDDLE_AGED, _OLD = 3, 5
_SHORT_DEGREE = 3
_KNOWS = 3


@dataclass(frozen=True, slots=True)
class PublicSample:
    """People drawn from the population register: codes of the background questions.

    ``county`` holds county numbers, ``age`` 1-5, ``gender`` 1 (woman) or 2, ``education`` 1-4.
    """

    county: Codes
    age: Codes
    gender: Codes
    education: Codes

    @property
    def size(self) -> int:
        """Number of people drawn."""
        return len(self.county)


@dataclass(frozen=True, slots=True)
class PublicWave:
    """What everybody drawn would have answered, and who did.

    ``answers`` are in the words of the first version of the instrument, ``reworded`` those to items
    that the newest one puts in other words.
    """

    w: int
    sample: PublicSample
    answers: Mapping[str, Codes]
    reworded: Mapping[str, Codes]
    answered: npt.NDArray[np.bool_]


def allocate(gross: int, margins: Population) -> dict[str, int]:
    """Share a sample among counties: half by population, half by its square root (5.3).

    Parameters
    ----------
    gross : int
        People to draw in all.
    margins : Population
        County shares.

    Returns
    -------
    dict of county number to int
        People to draw; they sum to ``gross``.
    """
    share = np.array(list(margins.county.values()))
    root = np.sqrt(share)
    wanted = gross * (share / share.sum() + root / root.sum()) / 2
    given = np.floor(wanted).astype(int)
    order = np.argsort(given - wanted)
    given[order[: gross - given.sum()]] += 1
    return dict(zip(margins.county, given.tolist(), strict=True))


def draw_public(w: int, *, seed: int, gross: int | None = None) -> PublicSample:
    """Draw the sample of half-year ``w``.

    Parameters
    ----------
    w : int
        Half-year, 0 for the reference.
    seed : int
        The same seed draws the same people.
    gross : int, optional
        People to draw, by default the document's 7,400.
    """
    margins = read_population()
    rng = stream(seed, "public", w)
    counties = allocate(gross or public_parameters()["gross"], margins)
    county = np.repeat([int(code) for code in counties], list(counties.values()))
    cells = list(margins.age_gender)
    shares = np.array(list(margins.age_gender.values()))
    chosen = rng.choice(len(cells), len(county), p=shares / shares.sum())
    ages, genders = np.array([[int(part) for part in cell.split(":")] for cell in cells]).T
    education = np.array(list(margins.further["education"].values()))
    return PublicSample(
        county=county.astype(np.int16),
        age=ages[chosen].astype(np.int16),
        gender=genders[chosen].astype(np.int16),
        education=(1 + rng.choice(4, len(county), p=education / education.sum())).astype(np.int16),
    )


def simulate_public_wave(sample: PublicSample, w: int, *, seed: int) -> PublicWave:
    """Simulate what everybody drawn would answer, and who does.

    Parameters
    ----------
    sample : PublicSample
        Who was drawn.
    w : int
        Half-year; an incident is felt from the fourth on.
    seed : int
        The same seed gives the same answers.
    """
    figures = public_parameters()
    rng = stream(seed, "public-answers", w)
    higher = sample.education >= _SHORT_DEGREE
    knowledge = _knowledge(sample, higher, rng)
    general = _general(sample, higher, knowledge, rng)
    theta = {
        name: dimension_of(general, row, w, rng) for name, row in figures["dimensions"].items()
    }
    doubt = (
        figures["dont_know"]["constant"]
        + np.array(figures["dont_know"]["knowledge"])[knowledge - 1]
        + figures["dont_know"]["higher"] * higher
    )
    channel = rng.random(sample.size) < np.array(figures["channel"]["passed"])[knowledge - 1]
    answers = _filters(knowledge, channel, w, rng)
    asked, reworded = _items(theta, doubt, channel, rng)
    answers |= asked
    answers |= _single_items(theta, doubt, rng)
    answers |= _background(sample, rng)
    chance = _response_chance(sample, knowledge, general)
    return PublicWave(w, sample, answers, reworded, rng.random(sample.size) < chance)


def _knowledge(
    sample: PublicSample, higher: npt.NDArray[np.bool_], rng: np.random.Generator
) -> npt.NDArray[np.intp]:
    figures = public_parameters()["knowledge"]
    value = (
        rng.standard_normal(sample.size)
        + figures["mean"]
        + figures["higher"] * higher
        + figures["from_45"] * (sample.age >= _MIDDLE_AGED)
        + figures["youngest"] * (sample.age == 1)
    )
    level: npt.NDArray[np.intp] = 1 + np.searchsorted(figures["cuts"], value)
    return level


def _general(
    sample: PublicSample,
    higher: npt.NDArray[np.bool_],
    knowledge: npt.NDArray[np.intp],
    rng: np.random.Generator,
) -> Floats:
    figures = public_parameters()["general"]
    general: Floats = (
        rng.standard_normal(sample.size)
        + figures["higher"] * higher
        + figures["oldest"] * (sample.age == _OLD)
        + figures["youngest"] * (sample.age == 1)
        + figures["woman"] * (sample.gender == 1)
        + figures["knows"] * (knowledge >= _KNOWS)
    )
    return general


def dimension_of(general: Floats, row: list[float], w: int, rng: np.random.Generator) -> Floats:
    """Draw what people think of one thing, given what they think in general."""
    rho, trend, shock = row
    figures = public_parameters()["shock"]
    theta = rho * general + np.sqrt(1 - rho**2) * rng.standard_normal(len(general)) + trend * w
    if w >= figures["wave"]:
        theta = theta + shock * 0.5 ** ((w - figures["wave"]) / figures["half_life"])
    return np.asarray(theta)


def _items(
    theta: Mapping[str, Floats],
    doubt: Floats,
    channel: npt.NDArray[np.bool_],
    rng: np.random.Generator,
) -> tuple[dict[str, Codes], dict[str, Codes]]:
    """Draw answers in the first words, and of the same minds in the newest."""
    figures = public_parameters()
    thresholds = np.array(figures["thresholds"])
    answers, reworded = {}, {}
    for item, (dimension, loading, shift, dont_know) in figures["items"].items():
        noisy = with_noise(theta[dimension], loading, rng)
        unsure = doubts(doubt + dont_know, rng)
        unasked = ~channel if dimension == "pla" else np.zeros(len(doubt), dtype=bool)
        answers[item] = _code(item, agree(noisy, shift, thresholds), unsure, unasked)
        if item in figures["reworded"]:
            moved = shift + figures["reworded"][item]
            reworded[item] = _code(item, agree(noisy, moved, thresholds), unsure, unasked)
    return answers, reworded


def _code(
    item: str, agreed: Codes, unsure: npt.NDArray[np.bool_], unasked: npt.NDArray[np.bool_]
) -> Codes:
    code = (6 - agreed).astype(np.int16) if item in REVERSED else agreed
    code[unsure] = NOT_APPLICABLE
    code[unasked] = NOT_ASKED
    return code


def _single_items(
    theta: Mapping[str, Floats], doubt: Floats, rng: np.random.Generator
) -> dict[str, Codes]:
    figures = public_parameters()
    trust, impression = figures["trust"], figures["impression"]
    noise = trust["noise"] * rng.standard_normal(len(doubt))
    value = trust["mean"] + trust["spread"] * (trust["integrity"] * theta["int"] + noise)
    general = np.clip(np.rint(value), 0, 10).astype(np.int16)
    general[doubts(doubt + trust["dont_know"], rng)] = NOT_APPLICABLE
    thresholds = np.array(figures["thresholds"])
    overall = graded_agreement(
        theta["evn"], impression["loading"], impression["shift"], thresholds, rng
    )
    overall[doubts(doubt + impression["dont_know"], rng)] = NOT_APPLICABLE
    return {"om.til.1": general, "om.tot.1": overall}


def _filters(
    knowledge: npt.NDArray[np.intp],
    channel: npt.NDArray[np.bool_],
    w: int,
    rng: np.random.Generator,
) -> dict[str, Codes]:
    figures = public_parameters()
    background = figures["background"]
    shock = w == figures["shock"]["wave"]
    news = background["news_at_shock" if shock else "news"]
    answers = {
        "om.fil.1": knowledge.astype(np.int16),
        "om.fil.4": (1 + rng.choice(len(news), len(knowledge), p=news)).astype(np.int16),
    }
    answers |= _contact(background, len(knowledge), rng)
    answers |= _channels(figures["channel"], channel, rng)
    return answers


def _contact(figures: Mapping[str, Any], people: int, rng: np.random.Generator) -> dict[str, Codes]:
    had = rng.random((people, len(figures["contact"]))) < np.array(figures["contact"])
    prefer_not = rng.random(people) < figures["contact_prefer_not"]
    ticked = {f"om.fil.2:{n + 1}": had[:, n] & ~prefer_not for n in range(had.shape[1])}
    ticked["om.fil.2:6"] = ~had.any(axis=1) & ~prefer_not
    # nobody here works in the service: they are screened out before they are stored
    ticked["om.fil.2:7"] = np.zeros(people, dtype=bool)
    ticked["om.fil.2:vs"] = prefer_not
    return {column: value.astype(np.int16) for column, value in ticked.items()}


def _channels(
    figures: Mapping[str, Any], channel: npt.NDArray[np.bool_], rng: np.random.Generator
) -> dict[str, Codes]:
    people = len(channel)
    used = rng.random((people, CHANNELS)) < np.array(figures["shares"])
    # whoever passed the filter has seen at least one
    lacks = ~used.any(axis=1)
    used[lacks, rng.integers(0, CHANNELS, int(lacks.sum()))] = True
    used &= channel[:, None]
    none = ~channel & (rng.random(people) < figures["none_share"])
    ticked = {f"om.fil.3:{n + 1}": used[:, n] for n in range(CHANNELS)}
    ticked |= {"om.fil.3:6": none, "om.fil.3:7": ~channel & ~none}
    return {column: value.astype(np.int16) for column, value in ticked.items()}


def _background(sample: PublicSample, rng: np.random.Generator) -> dict[str, Codes]:
    figures = public_parameters()["background"]
    gender = sample.gender.copy()
    gender[rng.random(sample.size) < figures["gender_not_told"]] = 3
    work = np.array(figures["work"])[sample.age - 1].cumsum(axis=1)
    chosen = 1 + (rng.random(sample.size)[:, None] > work[:, :-1]).sum(axis=1)
    education = sample.education.copy()
    education[rng.random(sample.size) < figures["contact_prefer_not"]] = PREFER_NOT
    return {
        "d.alder": sample.age,
        "d.kjonn": gender,
        "d.fylke": sample.county,
        "d.utd": education,
        "d.arbeid": chosen.astype(np.int16),
    }


def _response_chance(
    sample: PublicSample, knowledge: npt.NDArray[np.intp], general: Floats
) -> Floats:
    figures = public_parameters()["response"]
    logit = (
        figures["constant"]
        + np.array(figures["age"])[sample.age - 1]
        + figures["woman"] * (sample.gender == 1)
        + np.array(figures["education"])[sample.education - 1]
        + figures["knowledge"] * (knowledge - 2)
        + figures["general"] * general
    )
    return np.asarray(1 / (1 + np.exp(-logit)))


def doubts(logit: Floats, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Draw who says that they do not know."""
    unsure: npt.NDArray[np.bool_] = rng.random(len(logit)) < 1 / (1 + np.exp(-logit))
    return unsure
