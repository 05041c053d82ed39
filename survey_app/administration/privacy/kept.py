"""How long what is held is held: each rule once, with the jobs that carry it out."""

from __future__ import annotations

from typing import Final

from survey_app.administration.privacy.model import Kept
from survey_app.shared.i18n import N_

WITH_THE_WAVE: Final = Kept(N_("Så lenge målingen står, uten noe om personer"))
STAYS: Final = Kept(N_("Så lenge systemet er i bruk"))
COUNTED: Final = Kept(
    N_("Til målingen er talt opp"), ("finish_due_waves", "finish_handed_over", "sweep_old_marks")
)
INVITED: Final = Kept(N_("30 dager etter at målingen er stengt"), ("nightly",))
UPLOADED: Final = Kept(N_("Et døgn, og innholdet til filen er tatt i bruk"), ("carry_out_uploads",))
CARRIED_OUT: Final = Kept(
    N_("Til det er gjort eller tatt tilbake"),
    ("carry_out_acts", "carry_out_campaign_acts", "carry_out_links"),
)
LETTERS: Final = Kept(N_("En time etter at brevene er laget"), ("make_requested_letters",))
RELEASED: Final = Kept(N_("Til versjonen er frigitt eller slettet, av den som gjør det"))
ANSWERS: Final = Kept(N_("Så lenge kampanjen lovet dem som svarte"), ("forget_old_responses",))
COMMENTS: Final = Kept(
    N_("Så lenge målingen lovet, 365 dager etter stenging når ikke noe annet er sagt"),
    ("forget_old_comments",),
)
LOG: Final = Kept(N_("%(years)s år"), ("forget_old_log",), "log_years")
DIRECTORY: Final = Kept(
    N_("Et døgn etter at katalogen har tatt bort personen"), ("follow_directory",)
)
TRIALS: Final = Kept(N_("30 dager"), ("nightly",))
VIEW: Final = Kept(N_("Ikke noe for seg selv: et utsnitt av det som står i andre tabeller"))
KEEPERS: Final = Kept(N_("Til noen andre blir pekt ut"))
