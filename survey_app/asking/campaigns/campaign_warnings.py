"""What a campaign may do, and is better not done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.asking.campaigns.field_days import bad_days, bad_reminders
from survey_app.asking.campaigns.wave_checks import late_results
from survey_app.shared.agency import agency

if TYPE_CHECKING:
    from survey_app.asking.campaigns.campaign_file import CampaignFile


def campaign_warnings(campaign: CampaignFile) -> tuple[str, ...]:
    """Name what is allowed, but keeps a wave from opening later or is against good practice."""
    told = [
        f"«{name}» is empty; no wave opens before it is filled in"
        for name, value in (
            ("purpose", set(agency().required) <= set(campaign.purpose)),
            ("legal_basis", campaign.legal_basis),
            ("retention_days", campaign.retention_days),
            ("sender", campaign.sender or campaign.population != "staff"),
            ("contact", campaign.contact),
        )
        if not value
    ]
    for wave in campaign.waves:
        if wave.kind == "main" and campaign.discussed_on is None:
            told.append("«discussed_on» is empty: a main wave is discussed with the unions first")
        told.extend(late_results(wave.key, wave.closes_on, wave.results_on))
        if campaign.population == "staff":
            days = [
                *bad_days(wave.opens_on, wave.closes_on),
                *bad_reminders(wave.opens_on, wave.reminder_days),
            ]
            told += [f"«{wave.key}» {one}" for one in days]
    return tuple(dict.fromkeys(told))
