"""Which measures the reputation pages show, and how its groups are laid out."""

from __future__ import annotations

from typing import Final

from survey_app.shared.i18n import N_

TRUST: Final = "TI"
WHOLE: Final = "OI"
WHOLE_EQUAL: Final = "OI-lik"
GOALS: Final = ("OM1", "SAM", "PLA", "EAI-3")
CHIPS: Final = (TRUST, *GOALS, WHOLE)
COUNTY: Final = "county"
AREA: Final = "omdomme"

GOAL_NOTES: Final = {
    "OM1": N_("fem dimensjoner"),
    "SAM": N_("fire spørsmål"),
    "PLA": N_("de som har brukt en kanal"),
    "EAI-3": N_("sett utenfra, tre spørsmål"),
}
CHIP_NAMES: Final = {
    "TI": N_("Tillit"),
    "OM1": N_("Tillit, troverdighet og åpenhet"),
    "SAM": N_("Samfunnsaktør"),
    "PLA": N_("Plattformer"),
    "EAI-3": N_("Arbeidsplass"),
    "OI": N_("Omdømme samlet"),
}
# In the order of the page; groups are not ranked.
BLOCKS: Final = {
    "contact": N_("Kontakt de siste to årene"),
    "knowledge": N_("Kjennskap til kriminalomsorgen"),
    "channel": N_("Kanalene våre"),
    "age": N_("Alder"),
    "gender": N_("Kjønn"),
    "education": N_("Utdanning"),
}
