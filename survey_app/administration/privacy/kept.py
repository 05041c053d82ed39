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
UPLOADED: Final = Kept(
    N_("Et døgn. Innholdet slettes når filen er tatt i bruk"), ("carry_out_uploads",)
)
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
NOTED: Final = Kept(N_("Til det er notert, som regel innen et minutt"), ("read_returns",))
TRIAL_SENT: Final = Kept(
    N_("Til prøven er sendt, og høyst 30 dager"), ("send_text_trials", "nightly")
)
TRIALS: Final = Kept(N_("30 dager"), ("nightly",))
VIEW: Final = Kept(N_("Ikke noe for seg selv: et utsnitt av det som står i andre tabeller"))
KEEPERS: Final = Kept(N_("Til noen andre blir pekt ut"))
LEFT: Final = Kept(
    N_("%(days)s dager etter at personen sluttet, og ikke før invitasjonene er slettet"),
    ("forget_leavers",),
    "leaver_days",
)
TOLD_OF: Final = Kept(
    N_(
        "Et døgn etter at katalogen har tatt bort personen, og ellers %(days)s dager etter at "
        "personen sluttet"
    ),
    ("follow_directory", "forget_leavers"),
    "leaver_days",
)
ACCOUNT: Final = Kept(
    N_("%(days)s dager etter at kontoen er stengt"),
    ("forget_closed_accounts",),
    "closed_account_days",
)
WITH_THE_ACCOUNT: Final = Kept(
    N_("Til kontoen er slettet"), ("forget_closed_accounts", "forget_old_letters")
)
OWNER: Final = Kept(
    N_("Tiltaket blir stående. Når kontoen er slettet, leder nummeret ikke til noen"),
    ("forget_closed_accounts",),
)
LINKS: Final = Kept(
    N_("30 dager etter at lenken er brukt, trukket tilbake eller gått ut"),
    ("forget_closed_accounts",),
)
TOKENS: Final = Kept(N_("Et år etter den siste dagen"), ("forget_closed_accounts",))
SENT: Final = Kept(N_("Et år etter at den ble sendt"), ("forget_old_letters",))
ACTS: Final = Kept(N_("%(years)s år, like lenge som loggen"), ("forget_actors",), "log_years")
NAMES: Final = Kept(
    N_("Det som er bestemt, blir stående. Hvem som bestemte det, slettes etter %(years)s år"),
    ("forget_actors",),
    "log_years",
)
PROPOSED: Final = Kept(N_("Til året er over"), ("forget_actors",))
TOLD: Final = Kept(N_("30 dager"), ("forget_old_notices",))
ALARMS: Final = Kept(N_("Et år etter at det var over"), ("watch_alarms",))
ALARM_MAIL: Final = Kept(N_("30 dager"), ("watch_alarms",))
HOSTS: Final = Kept(N_("14 dager etter at vi sist hørte fra maskinen"), ("watch_alarms",))
SAMPLED: Final = Kept(
    N_("Så lenge som svarene i målingen, og 30 dager når den er avlyst"),
    ("forget_old_responses", "nightly"),
)
PILOTS: Final = Kept(
    N_("90 dager etter den siste dagen, eller til utkastet er slettet"), ("forget_old_pilots",)
)
