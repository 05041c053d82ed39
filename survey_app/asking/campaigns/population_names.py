"""What those are called whom a campaign asks."""

from __future__ import annotations

from typing import Final

from survey_app.shared.i18n import N_

POPULATION_NAMES: Final = {
    "staff": N_("Ansatte"),
    "public": N_("Befolkningen, utvalg"),
    "open": N_("Befolkningen, åpen lenke"),
    "candidates": N_("Kandidater"),
    "stakeholders": N_("Interessenter"),
}
