"""Made-up ballots for a rehearsal: any code that may come, and groups of hardly anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from questionnaires.answers import encode_answers
from questionnaires.loader import load_library
from questionnaires.parts import in_part, part_numbers
from survey_app.counting.urn.ballot import Ballot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from questionnaires.model import Questionnaire
    from survey_app.publishing.closing.wave_frame import WaveFrame

SHARES: Final = (0.6, 0.45, 0.75)  # who answers, by turns
THIN: Final = 5  # every so many a group is one where nobody or hardly anybody answers
MOST: Final = 4000  # ballots; more would only take longer
OF_THE_PUBLIC: Final = 0.3
OF_A_LIST: Final = 0.6  # of people whom the agency works with
BY_OPEN_LINK: Final = 120
_BLANK: Final = 0.05  # of questions


def made_up_ballots(frame: WaveFrame, invited: Mapping[str, int], rng: Random) -> list[Ballot]:
    """Let people answer who do not exist.

    Parameters
    ----------
    frame : WaveFrame
        The wave that is about to open.
    invited : mapping of str to int
        Invitations by the code that answers will carry; counties of the sample for the public.
    rng : Random

    Returns
    -------
    list of Ballot
        Of staff a share of each group, of every fifth group four at most; of the public three in
        ten of the sample, with its county, age and gender; of a list six in ten.
    """
    if frame.population == "staff":
        domains = _staff(frame, invited)
    else:
        domains = [""] * _outside(frame, invited)
    sample = [cell for cell, n in frame.sample.items() for _ in range(n)]
    return [_ballot(frame.questionnaire, domain, sample, rng) for domain in domains]


def _staff(frame: WaveFrame, invited: Mapping[str, int]) -> list[str]:
    scale = min(1.0, MOST / max(1, sum(invited.values())))
    found: list[str] = []
    for at, (code, n) in enumerate(sorted(invited.items())):
        answers = round(n * scale * SHARES[at % len(SHARES)])
        thin = at % THIN == THIN - 1
        found += [code] * (min(n, at % frame.minimum_group) if thin else answers)
    return found


def _outside(frame: WaveFrame, invited: Mapping[str, int]) -> int:
    if not frame.invited:
        return BY_OPEN_LINK
    share = OF_A_LIST if frame.invite == "list" else OF_THE_PUBLIC
    return min(MOST, round(share * sum(invited.values())))


def _ballot(
    questionnaire: Questionnaire,
    domain: str,
    sample: Sequence[tuple[str, str, str]],
    rng: Random,
) -> Ballot:
    drawn = part_numbers(questionnaire)
    arm = rng.choice(drawn) if drawn else None
    fields = {
        item: [rng.choice([option.code for option in questionnaire.option_set(item).options])]
        for item in in_part(questionnaire, arm)
        if rng.random() >= _BLANK
    }
    if sample:
        asked = load_library().background.sampled_items
        fields |= {item: [code] for item, code in zip(asked, rng.choice(sample), strict=True)}
    return Ballot(domain, encode_answers(questionnaire, fields, arm=arm))
