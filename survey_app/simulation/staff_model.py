"""What simulated staff think, answer and leave unanswered (instruments.md 7.2 and 7.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from questionnaires.model import NOT_APPLICABLE, PREFER_NOT
from survey_app.simulation.parameters import staff_parameters, stream
from survey_app.simulation.wordings import as_asked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from survey_app.simulation.agency import SimulatedAgency
    from survey_app.simulation.calendar import SimulatedWave

    type Floats = npt.NDArray[np.float64]
    type Codes = npt.NDArray[np.int16]

CORE: Final = frozenset(
    {"vp.try.1", "vp.try.3", "vp.apn.1", "vp.apn.4", "vp.nyt.1", "vp.nyt.3", "vp.sik.1"}
)
REVERSED: Final = frozenset({"vp.sik.3"})
_HIGHEST: Final = 5


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How the simulated staff depart from a plain random half that answers with care.

    Parameters
    ----------
    theta : float
        How far answering depends on the answer itself (0: on unit, shift, sex and age only).
    careless : float
        Share who give one value to all agreement items outside the core.
    break_off : float
        Share of those who start that never send.
    """

    theta: float
    careless: float
    break_off: float

    @classmethod
    def documented(cls) -> Behaviour:
        """Return the behaviour of instruments.md 7.2 and 7.3."""
        figures = staff_parameters()["response"]
        return cls(figures["theta_try"], figures["careless"], figures["break_off"])


@dataclass(frozen=True, slots=True)
class Staff:
    """Traits that stay from wave to wave: a general one, one per factor, and the unit's own."""

    agency: SimulatedAgency
    seed: int
    general: Floats
    specific: Floats
    unit_effect: Floats
    response_effect: Floats

    @property
    def comments(self) -> bool:
        """Some of them write comments."""
        return True

    def hold(
        self,
        wave: SimulatedWave,
        *,
        invited: npt.NDArray[np.bool_],
        earlier: npt.NDArray[np.int_],
    ) -> tuple[Mapping[str, Codes], npt.NDArray[np.bool_]]:
        """Return what everybody would answer, by column, and who of those invited does."""
        simulated = simulate_staff_wave(self, wave.t)
        answered = respond(self, simulated, invited=invited, earlier=earlier, main=wave.main)
        return as_asked(wave, simulated.answers, simulated.reworded), answered


@dataclass(frozen=True, slots=True)
class StaffWave:
    """What everybody would have answered in one wave.

    Parameters
    ----------
    theta : array, shape (n_people, n_factors)
        Traits in this wave.
    answers : mapping of item id to array, shape (n_people,)
        Stored codes; everybody in the register, whether they answer or not. In the words of the
        first version of the instrument.
    reworded : mapping of item id to array, shape (n_people,)
        The same of the items that the newest version puts in other words.
    """

    t: int
    theta: Floats
    answers: Mapping[str, Codes]
    reworded: Mapping[str, Codes]


def make_staff(agency: SimulatedAgency, *, seed: int) -> Staff:
    """Draw the traits of people and units.

    Parameters
    ----------
    agency : SimulatedAgency
        Units and people.
    seed : int
        The same seed draws the same traits.
    """
    rng = stream(seed, "staff")
    latent = staff_parameters()["latent"]
    factors = latent["factors"]
    sd = np.array([latent["unit_sd"][factor] for factor in factors])
    shared = rng.standard_normal((len(agency.units), 1))
    own = rng.standard_normal((len(agency.units), len(factors)))
    return Staff(
        agency=agency,
        seed=seed,
        general=rng.standard_normal(agency.people),
        specific=rng.standard_normal((agency.people, len(factors))),
        unit_effect=sd * (0.8 * shared + 0.6 * own),
        response_effect=rng.normal(0, staff_parameters()["response"]["unit_sd"], len(agency.units)),
    )


def simulate_staff_wave(
    staff: Staff, t: int, behaviour: Behaviour | None = None, *, draw: int = 0
) -> StaffWave:
    """Simulate what everybody would answer in wave ``t``.

    Parameters
    ----------
    staff : Staff
        People and their traits.
    t : int
        Wave, 0 for the autumn of the reference; main waves are the multiples of 4.
    behaviour : Behaviour, optional
        By default that of the document.
    draw : int
        Another draw of the same wave, for repetitions.
    """
    behaviour = behaviour or Behaviour.documented()
    rng = stream(staff.seed, "answers", t, draw)
    theta = _theta(staff, t, rng)
    answers, reworded = _agreement(theta, rng)
    _make_careless((answers, reworded), behaviour.careless, rng)
    answers["vp.amb.1"] = _ambassador(theta, rng)
    answers |= _exposure(staff, t, rng)
    return StaffWave(t, theta, answers, reworded)


def respond(
    staff: Staff,
    wave: StaffWave,
    *,
    invited: npt.NDArray[np.bool_],
    earlier: npt.NDArray[np.int_],
    main: bool,
    behaviour: Behaviour | None = None,
    draw: int = 0,
) -> npt.NDArray[np.bool_]:
    """Say who answers (instruments.md 7.3).

    Parameters
    ----------
    invited : bool array, shape (n_people,)
        Who was asked.
    earlier : int array, shape (n_people,)
        Invitations that each person got before.
    main : bool
        Whether it is a main wave.
    """
    behaviour = behaviour or Behaviour.documented()
    figures = staff_parameters()["response"]
    agency = staff.agency
    rng = stream(staff.seed, "response", wave.t, draw)
    logit = (
        figures["main" if main else "pulse"]
        + staff.response_effect[agency.unit]
        + behaviour.theta * wave.theta[:, 0]
        + figures["shift"] * agency.shift
        + figures["woman"] * agency.woman
        + figures["older"] * agency.older
        + figures["earlier"] * np.minimum(earlier, figures["earlier_at_most"])
    )
    started = rng.random(agency.people) < _inverse_logit(logit)
    sent = rng.random(agency.people) >= behaviour.break_off
    return invited & started & sent


def _theta(staff: Staff, t: int, rng: np.random.Generator) -> Floats:
    latent = staff_parameters()["latent"]
    factors, units = latent["factors"], staff.agency.units
    rho = latent["rho"]
    person = rho * staff.general[:, None] + np.sqrt(1 - rho**2) * staff.specific
    slope = np.array([latent["slope_per_year"][factor] for factor in factors]) * t / 4
    noise = rng.normal(0, latent["noise"], len(factors))
    kind = np.array([latent["kind"][unit.kind] for unit in units])
    region = np.array([latent["region"][unit.region] for unit in units])[:, None]
    of_unit = kind + region + staff.unit_effect + _reform(staff, t) + _incidents(staff, t)
    theta: Floats = person + (of_unit + slope + noise)[staff.agency.unit]
    return theta


def _reform(staff: Staff, t: int) -> Floats:
    figures = staff_parameters()["reform"]
    factors = staff_parameters()["latent"]["factors"]
    since = t - figures["wave"]
    if since < -1:
        return np.zeros((len(staff.agency.units), len(factors)))
    share = figures["early_share"] if since < 0 else 0.5 ** (since / figures["half_life"])
    effect = np.array([figures["effect"][factor] for factor in factors]) * share
    if since >= 0:
        effect += np.array([figures["lasting"].get(factor, 0.0) for factor in factors])
    return np.asarray(hit_by_reform(staff.agency)[:, None] * effect)


def hit_by_reform(agency: SimulatedAgency) -> npt.NDArray[np.bool_]:
    """Say which units the reform hits: two regions, and every regional administration."""
    figures = staff_parameters()["reform"]
    regions, kinds = figures["regions"], figures["kinds"]
    return np.array([unit.region in regions or unit.kind in kinds for unit in agency.units])


def _incidents(staff: Staff, t: int) -> Floats:
    figures = staff_parameters()["incident"]
    factors = staff_parameters()["latent"]["factors"]
    effect = np.array([figures["effect"].get(factor, 0.0) for factor in factors])
    prison = np.array([unit.kind in figures["kinds"] for unit in staff.agency.units])
    left = np.zeros(len(prison))
    for wave in range(min(0, t), t + 1):
        happened = stream(staff.seed, "incident", wave).random(len(prison)) < figures["chance"]
        left += (happened & prison) * 0.5 ** ((t - wave) / figures["half_life"])
    return np.asarray(left[:, None] * effect)


def _agreement(
    theta: Floats, rng: np.random.Generator
) -> tuple[dict[str, Codes], dict[str, Codes]]:
    """Draw answers in the first words, and of the same minds in the newest."""
    figures = staff_parameters()
    factors = figures["latent"]["factors"]
    thresholds = np.array(figures["latent"]["thresholds"])
    answers, reworded = {}, {}
    for item, (factor, loading, shift, missing) in figures["items"].items():
        noisy = with_noise(theta[:, factors.index(factor)], loading, rng)
        left_out = rng.random(len(noisy)) < missing
        answers[item] = _code(item, agree(noisy, shift, thresholds), left_out)
        if item in figures["reworded"]:
            moved = shift + figures["reworded"][item]
            reworded[item] = _code(item, agree(noisy, moved, thresholds), left_out)
    return answers, reworded


def _code(item: str, agreed: Codes, left_out: npt.NDArray[np.bool_]) -> Codes:
    code = (6 - agreed).astype(np.int16) if item in REVERSED else agreed
    return np.where(left_out, NOT_APPLICABLE, code).astype(np.int16)


def graded_agreement(
    trait: Floats, loading: float, shift: float, thresholds: Floats, rng: np.random.Generator
) -> Codes:
    """Turn a trait into agreement 1-5: one more for each threshold below the noisy trait."""
    return agree(with_noise(trait, loading, rng), shift, thresholds)


def with_noise(trait: Floats, loading: float, rng: np.random.Generator) -> Floats:
    """Add to a trait what an item measures besides."""
    noise: Floats = rng.standard_normal(len(trait))
    return np.asarray(loading * trait + np.sqrt(1 - loading**2) * noise)


def agree(noisy: Floats, shift: float, thresholds: Floats) -> Codes:
    """Count the thresholds below, from 1: the higher the ``shift``, the more agree."""
    return np.asarray(1 + np.searchsorted(thresholds - shift, noisy), dtype=np.int16)


def _make_careless(
    tables: Sequence[dict[str, Codes]], share: float, rng: np.random.Generator
) -> None:
    people = len(next(iter(tables[0].values())))
    careless = rng.random(people) < share
    value = rng.integers(3, _HIGHEST + 1, people).astype(np.int16)
    for answers in tables:
        for item, code in answers.items():
            if item not in CORE:
                code[careless] = value[careless]


def _ambassador(theta: Floats, rng: np.random.Generator) -> Codes:
    figures = staff_parameters()["ambassador"]
    factors = staff_parameters()["latent"]["factors"]
    pride, environment = theta[:, factors.index("AAS")], theta[:, factors.index("AAM")]
    value = figures["mean"] + figures["spread"] * (
        figures["pride"] * pride + figures["environment"] * environment
    )
    value += rng.normal(0, figures["noise"], len(theta))
    return np.asarray(np.clip(np.rint(value), 0, 10), dtype=np.int16)


def _exposure(staff: Staff, t: int, rng: np.random.Generator) -> dict[str, Codes]:
    figures = staff_parameters()["exposure"]
    factors = staff_parameters()["latent"]["factors"]
    unit = staff.agency.unit
    safety = (staff.unit_effect + _incidents(staff, t))[:, factors.index("SIK")]
    base = np.array([figures["threats"][one.kind] for one in staff.agency.units])
    answers = {}
    for item, share in (("vp.hen.1", 1.0), ("vp.hen.2", figures["violence_share"])):
        chance = _inverse_logit(_logit(base * share) - figures["safety"] * safety)[unit]
        exposed = rng.random(len(unit)) < chance
        often = rng.choice([1, 2, 3], len(unit), p=figures["given"])
        code = np.where(exposed, often, 0).astype(np.int16)
        code[rng.random(len(unit)) < figures["prefer_not"]] = PREFER_NOT
        answers[item] = code
    return answers


def _logit(share: Floats) -> Floats:
    odds: Floats = np.log(share / (1 - share))
    return odds


def _inverse_logit(value: Floats) -> Floats:
    share: Floats = 1 / (1 + np.exp(-value))
    return share
