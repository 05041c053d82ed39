"""The schema ``asking``, as far as it knows what is asked, and who decides it."""

from __future__ import annotations

from typing import Final

from survey_app.administration.privacy import kept
from survey_app.administration.privacy.model import (
    EVERYBODY,
    RUNNING,
    About,
    Category,
    Held,
    Purpose,
)
from survey_app.administration.privacy.people import BOTH
from survey_app.shared.i18n import N_

PLANNED: Final = (
    Held(
        "asking.campaign", About.NOBODY, Purpose.RUN, kept.STAYS, BOTH,
        {
            Category.NUMBER: "id",
            Category.CONTENT: (
                "key title form population purpose legal_basis retention_days discussed_on help"
                " release open_results remind_everybody demo sender contact"
            ),
            Category.DAY: "imported_at",
        },
    ),
    Held(
        "asking.questionnaire", About.NOBODY, Purpose.RUN, kept.STAYS, BOTH,
        {Category.SECRET: "hash", Category.CONTENT: "form content"},
    ),
    Held(
        "asking.wave", About.NOBODY, Purpose.RUN, kept.STAYS, BOTH,
        {
            Category.NUMBER: "id",
            Category.LINK: "campaign questionnaire",
            Category.CONTENT: (
                "key sequence form kind labels invite overlap opens_on closes_on results_on"
                " results_planned_on reminder_days minimum_group comment comment_days"
                " minimum_comments ballot_size trustees promised_more cards sms margins"
                " verdict_margins as_opened"
            ),
            Category.SECRET: (
                "plan_hash public_key cover_key key_list key_list_hash sealing_proof draw_seed"
            ),
            Category.FIGURE: "replaced not_reachable letters_undelivered letters_outside",
            Category.DAY: "opened_at closed_at key_destroyed_at",
            Category.STATE: "state swept progress_step progress_percent",
        },
        sooner={"draw_seed": kept.INVITED},
    ),
    Held(
        "asking.wave_act", About.ACCOUNTS, Purpose.RUN, kept.ACTS, BOTH,
        {
            Category.NUMBER: "id",
            Category.LINK: "wave asked_by confirmed_by",
            Category.ACT: "act asked_at actor confirmed_at due_at started_at",
            Category.UPLOAD: "file_name content",
            Category.TEXT: "reason",
            Category.CONTENT: "asks outcome",
            Category.STATE: "state",
        },
        N_("Det noen har bedt om for en måling, og hvem som godkjente det eller sa nei"), RUNNING,
        {"content": kept.CARRIED_OUT},
    ),
    Held(
        "asking.campaign_act", About.ACCOUNTS, Purpose.RUN, kept.ACTS, BOTH,
        {
            Category.NUMBER: "id",
            Category.LINK: "asked_by",
            Category.ACT: "act asked_at actor",
            Category.UPLOAD: "content",
            Category.CONTENT: "campaign outcome",
            Category.STATE: "state",
        },
        N_("Det noen har skrevet om en kampanje"), RUNNING,
        {"content": kept.CARRIED_OUT},
    ),
    Held(
        "asking.wave_proposal", About.ACCOUNTS, Purpose.RUN, kept.PROPOSED, BOTH,
        {
            Category.NUMBER: "id",
            Category.LINK: "source asked_by",
            Category.ACT: "actor made_at",
            Category.CONTENT: "year opens_on closes_on results_on planned_as",
        },
        N_("Forslag til neste års målinger, og hvem som laget dem"), RUNNING,
    ),
    Held(
        "asking.agency_limits", About.ACCOUNTS, Purpose.ASK, kept.NAMES, BOTH,
        {
            Category.NUMBER: "id",
            Category.CONTENT: "invitations weeks_between file",
            Category.LINK: "changed_by",
            Category.ACT: "changed_at actor",
        },
        N_("Grenser for hvor ofte ansatte blir spurt, og hvem som bestemte dem"), RUNNING,
    ),
    Held(
        "asking.instrument_version", About.ACCOUNTS, Purpose.RUN, kept.NAMES, BOTH,
        {
            Category.NUMBER: "id",
            Category.CONTENT: "instrument version files saved",
            Category.LINK: "changed_by released_by",
            Category.ACT: "changed_at changed_actor sent_at released_at released_actor",
            Category.TEXT: "reason",
            Category.SECRET: "hash",
            Category.STATE: "state",
        },
        N_("Versjoner av spørreskjemaer, og hvem som endret og frigav dem"), EVERYBODY,
    ),
    Held(
        "asking.version_comment", About.ACCOUNTS, Purpose.RUN, kept.RELEASED, BOTH,
        {
            Category.NUMBER: "id",
            Category.LINK: "version",
            Category.CONTENT: "item",
            Category.TEXT: "said answer",
            Category.ACT: "said_at actor answered_at answered_actor",
        },
        N_("Kommentarer til spørsmål før de er frigitt"), RUNNING,
    ),
    Held(
        "asking.pilot", About.RESPONDENTS, Purpose.RUN, kept.PILOTS, BOTH,
        {
            Category.NUMBER: "id",
            Category.LINK: "draft asked_by",
            Category.CONTENT: (
                "instrument version form code closes_on contact population content minimum_group"
                " ballot_size"
            ),
            Category.ACT: "actor asked_at",
            Category.SECRET: "questionnaire public_key sealing_proof",
            Category.FIGURE: "figures",
            Category.COMMENT: "remarks",
            Category.STATE: "state",
        },
        N_("Utprøvinger av spørsmål: tall om mange, og merknader uten navn"), RUNNING,
    ),
)  # fmt: skip

FIELDED: Final = (
    Held(
        "asking.key_holder", About.HOLDERS, Purpose.ONCE, kept.INVITED, BOTH,
        {
            Category.NUMBER: "id place",
            Category.LINK: "wave",
            Category.PLACE: "name",
            Category.SECRET: "link_hash public_key proof",
            Category.STATE: "compared trouble",
        },
        N_("De to nøkkelholderne, ved rolle"), RUNNING,
    ),
    Held(
        "asking.credential_key", About.NOBODY, Purpose.ONCE, kept.COUNTED, BOTH,
        {
            Category.NUMBER: "id",
            Category.LINK: "wave",
            Category.PLACE: "key_group",
            Category.SECRET: "public_key sealed_private",
        },
    ),
    Held(
        "asking.wave_domain", About.NOBODY, Purpose.COUNT, kept.WITH_THE_WAVE, BOTH,
        {
            Category.NUMBER: "id",
            Category.LINK: "wave",
            Category.CONTENT: "level code parent name kind members position",
            Category.FIGURE: "population invited answered opted_out",
            Category.DAY: "counted_on",
        },
    ),
    Held(
        "asking.wave_night", About.NOBODY, Purpose.RUN, kept.WITH_THE_WAVE, BOTH,
        {
            Category.NUMBER: "id",
            Category.LINK: "wave",
            Category.DAY: "day",
            Category.FIGURE: "answered",
        },
    ),
    Held(
        "asking.wave_work", About.NOBODY, Purpose.COUNT, kept.STAYS, BOTH,
        {
            Category.LINK: "wave",
            Category.STATE: (
                "claim host started_at beat_at seconds doublings kind problem inputs tried_at"
            ),
        },
    ),
    Held(
        "asking.clock", About.NOBODY, Purpose.RUN, kept.STAYS, BOTH,
        {Category.STATE: "host boot seconds seen_at settling held"},
    ),
    Held(
        "asking.counter", About.NOBODY, Purpose.COUNT, kept.STAYS, BOTH,
        {Category.NUMBER: "id", Category.SECRET: "public_key proof", Category.STATE: "seen_at"},
    ),
    Held(
        "asking.sealing_alarm", About.NOBODY, Purpose.ONCE, kept.STAYS, BOTH,
        {Category.LINK: "wave", Category.STATE: "holders"},
    ),
    Held(
        "asking.arrival_alarm", About.NOBODY, Purpose.COUNT, kept.STAYS, BOTH,
        {
            Category.NUMBER: "id",
            Category.FIGURE: "signs",
            Category.STATE: "decision mailed_on state due_at sent_at attempts problem",
        },
    ),
)  # fmt: skip

WAVES: Final = (*PLANNED, *FIELDED)
