"""When a wave may open: every reason against it as a sentence (the Language Act, § 14; GDPR)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from email.utils import parseaddr

from questionnaires.model import Questionnaire
from survey_app.asking.campaigns.campaign_file import asks_somebody
from survey_app.asking.campaigns.domains import key_groups, staff_domains
from survey_app.asking.campaigns.queries import CampaignRow, WaveRow
from survey_app.asking.campaigns.wave_checks import SHORTEST_STAFF_DAYS
from survey_app.asking.invitations.listed import Listed
from survey_app.asking.invitations.sample import Drawn
from survey_app.asking.people.staff_frame import StaffFrame
from survey_app.asking.reasons import Against, Reason
from survey_app.shared.agency import agency
from survey_app.shared.i18n import languages


def reasons_against(
    wave: WaveRow, campaign: CampaignRow, questionnaire: Questionnaire, *, today: date
) -> list[str]:
    """Name every reason why a wave may not open; none means that it may."""
    reasons = list(_unfilled(campaign))
    if not asks_somebody(wave.invite, campaign.population):
        reasons.append(Reason(Against.INVITE))
    if wave.closes_on < today:
        reasons.append(Reason(Against.OVER, day=wave.closes_on.isoformat()))
    elif campaign.population == "staff" and wave.opens_on < today:
        # approved late: the days that everybody was to have are partly gone
        left = (wave.closes_on - today).days + 1
        if left < SHORTEST_STAFF_DAYS:
            least = SHORTEST_STAFF_DAYS
            reasons.append(Reason(Against.DAYS_LEFT, days=left, least=least))
    reasons += [
        Reason(Against.FORM_TEXT, place=place, language=language)
        for place, language in missing_texts(questionnaire)
    ]
    for form, texts in wave.labels.items():
        if isinstance(texts, Mapping):
            reasons += [
                Reason(Against.LABEL, form=form, language=language)
                for language in agency().required
                if not str(texts.get(language, "")).strip()
            ]
    return reasons


def sample_reasons(
    wave: WaveRow,
    campaign: CampaignRow,
    drawn: Sequence[Drawn],
    listed: Sequence[Listed],
    minimum_group: int,
) -> Iterator[str]:
    """Name every reason why a sample or a list cannot be invited."""
    if wave.invite == "sample" and not drawn:
        yield Reason(Against.NO_SAMPLE)
    if wave.invite != "list":
        return
    if not listed:
        yield Reason(Against.NO_LIST)
    elif len(listed) < minimum_group:
        yield Reason(Against.SHORT_LIST, number=len(listed), least=minimum_group)
    if any(person.email for person in listed) and not _has_address(campaign.sender):
        yield Reason(Against.SENDER)


def _has_address(sender: str) -> bool:
    address = parseaddr(sender)[1]
    return "@" in address and address.isascii()


def _unfilled(campaign: CampaignRow) -> Iterator[str]:
    for language in agency().required:
        if not campaign.purpose.get(language, "").strip():
            yield Reason(Against.PURPOSE, language=language)
        if not campaign.title.get(language, "").strip():
            yield Reason(Against.TITLE, language=language)
    if not campaign.legal_basis.strip():
        yield Reason(Against.LEGAL_BASIS)
    if campaign.retention_days is None:
        yield Reason(Against.RETENTION)
    if not campaign.contact.strip():
        yield Reason(Against.CONTACT)
    if campaign.population == "staff" and not _has_address(campaign.sender):
        yield Reason(Against.SENDER)


def missing_texts(questionnaire: Questionnaire) -> list[tuple[str, str]]:
    """Return where a text is missing in bokmål or nynorsk, and in which of them."""
    found: dict[tuple[str, str], None] = {}
    for place, text in _texts(questionnaire, "form"):
        for language in agency().required:
            if not str(text.get(language, "")).strip():
                found[place, language] = None
    return list(found)


def _texts(thing: object, place: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    if isinstance(thing, Mapping):
        if thing and set(thing) <= set(languages()):
            yield place, thing
        else:
            for value in thing.values():
                yield from _texts(value, place)
    elif isinstance(thing, tuple):
        for value in thing:
            yield from _texts(value, place)
    elif is_dataclass(thing):
        name = getattr(thing, "id", None) or getattr(thing, "code", None)
        inside = f"«{name}»" if isinstance(name, str) and place == "form" else place
        for field in fields(thing):
            yield from _texts(getattr(thing, field.name), inside)


def few_of_a_frame(
    frame: StaffFrame, invited: Mapping[str, int], minimum_group: int
) -> list[Reason]:
    """Say which codes would stand for fewer than k, of how many are invited in each unit."""
    domains = staff_domains(frame.agency, frame.units, frame.reporting, invited)
    carried: Counter[str] = Counter()
    for unit, code in key_groups(domains, minimum_group).items():
        carried[code] += invited.get(unit, 0)
    return few_in_a_group(+carried, minimum_group)


def few_in_a_group(carried: Mapping[str, int], minimum_group: int) -> list[Reason]:
    """Say which codes stand for fewer than k people.

    That of a region that invites hardly anybody; of an agency without regions that of the whole,
    which is empty.

    Examples
    --------
    >>> few_in_a_group({"r": 3, "c": 30}, 5)[0].partition(":")[0]
    'only 3 are invited whose answers would carry «r», and a group needs at least 5'
    >>> few_in_a_group({"": 3}, 5)[0].partition(":")[0]
    'only 3 are invited in all, and a group needs at least 5'
    """
    return [
        Reason(Against.FEW_TOGETHER, people=people, code=code, least=minimum_group)
        if code
        else Reason(Against.FEW_IN_ALL, people=people, least=minimum_group)
        for code, people in sorted(carried.items())
        if people < minimum_group
    ]
