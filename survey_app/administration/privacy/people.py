"""The schema ``asking``, as far as it knows whom we ask: register, invitations, mails, letters."""

from __future__ import annotations

from typing import Final

from survey_app.accounts.roles import Role
from survey_app.administration.privacy import kept
from survey_app.administration.privacy.model import (
    REGISTER,
    RUNNING,
    About,
    Category,
    Held,
    Purpose,
)
from survey_app.shared.i18n import N_

BOTH: Final = "web worker"

REGISTERED: Final = (
    Held(
        "asking.person", About.STAFF, Purpose.ASK, kept.LEFT, BOTH,
        {
            Category.NUMBER: "id",
            Category.IDENTITY: "number",
            Category.ADDRESS: "email",
            Category.PHONE: "mobile",
            Category.MAIL: "undelivered",
            Category.LANGUAGE: "language",
            Category.PLACE: "unit panel quarter",
            Category.DAY: "left_on",
            Category.STATE: "active",
        },
        N_("Registeret over ansatte"), REGISTER,
    ),
    Held(
        "asking.directory_person", About.STAFF, Purpose.ASK, kept.TOLD_OF, BOTH,
        {
            Category.NUMBER: "id",
            Category.IDENTITY: "external_id",
            Category.ADDRESS: "user_name",
            Category.LANGUAGE: "language",
            Category.PLACE: "department region",
            Category.DAY: "given_at changed_at inactive_since",
            Category.STATE: "active deleted state released",
        },
        N_("Det katalogen sier om ansatte"), REGISTER,
    ),
    Held(
        "asking.register_upload", About.STAFF, Purpose.ASK, kept.UPLOADED, BOTH,
        {
            Category.NUMBER: "id",
            Category.LINK: "account",
            Category.ACT: "actor file_name uploaded_at confirmed_at",
            Category.UPLOAD: "content",
            Category.CONTENT: "fields",
            Category.SECRET: "seen",
            Category.FIGURE: "counts",
            Category.STATE: "state",
        },
        N_("Filer til registeret som er lastet opp"), REGISTER,
    ),
    Held(
        "asking.unit", About.NOBODY, Purpose.ASK, kept.STAYS, BOTH,
        {
            Category.NUMBER: "id",
            Category.CONTENT: "code name kind parent valid_from valid_to position since",
        },
    ),
    Held(
        "asking.former_unit", About.NOBODY, Purpose.ASK, kept.STAYS, BOTH,
        {Category.NUMBER: "id", Category.CONTENT: "code name kind parent valid_from valid_to"},
    ),
    Held(
        "asking.unit_link", About.ACCOUNTS, Purpose.COUNT, kept.NAMES, BOTH,
        {
            Category.NUMBER: "id",
            Category.CONTENT: "origin target kind share name day",
            Category.ACT: "recorded_at decided_by",
        },
        N_("Hvor enheter går videre, og hvem som bestemte det"), REGISTER,
    ),
    Held(
        "asking.unit_link_act", About.ACCOUNTS, Purpose.COUNT, kept.ACTS, BOTH,
        {
            Category.NUMBER: "id",
            Category.LINK: "asked_by",
            Category.ACT: "asked_at actor",
            Category.UPLOAD: "content",
            Category.CONTENT: "origin outcome",
            Category.STATE: "state",
        },
        N_("Det noen har bestemt på nytt om en enhet"), REGISTER,
        {"content": kept.CARRIED_OUT},
    ),
)  # fmt: skip

INVITED: Final = (
    Held(
        "asking.invitation", About.INVITED, Purpose.ONCE, kept.INVITED, BOTH,
        {
            Category.NUMBER: "id pid generation",
            Category.LINK: "wave person sample_row",
            Category.ADDRESS: "email",
            Category.PLACE: "domain",
            Category.LANGUAGE: "language",
            Category.MARK: "marked",
            Category.REFUSED: "opted_out",
            Category.STATE: "channel withdrawn",
        },
        N_("Invitasjoner"), (Role.ADMIN, Role.HR, Role.COMMUNICATIONS),
        {"marked": kept.COUNTED},
    ),
    Held(
        "asking.typed_code", About.INVITED, Purpose.ONCE, kept.INVITED, BOTH,
        {Category.NUMBER: "id", Category.LINK: "invitation", Category.SECRET: "code_hash"},
        N_("Koder i brev"),
    ),
    Held(
        "asking.credential", About.INVITED, Purpose.ONCE, kept.COUNTED, BOTH,
        {
            Category.NUMBER: "id",
            Category.LINK: "invitation wave",
            Category.SECRET: "blinded_hash blind_signature",
        },
        N_("Stempler på lenker som er brukt"),
    ),
    Held(
        "asking.outbox", About.INVITED, Purpose.DELIVER, kept.INVITED, BOTH,
        {
            Category.NUMBER: "id",
            Category.LINK: "invitation",
            Category.CONTENT: "kind",
            Category.MAIL: "channel state due_at sent_at attempts problem retries retried_at",
        },
        N_("E-poster og SMS til dem som er invitert"), RUNNING,
    ),
    Held(
        "asking.card", About.NOBODY, Purpose.ONCE, kept.INVITED, BOTH,
        {
            Category.NUMBER: "id pid",
            Category.LINK: "wave",
            Category.SECRET: "code_hash",
            Category.PLACE: "domain",
            Category.MARK: "marked",
        },
    ),
    Held(
        "asking.card_pile", About.NOBODY, Purpose.ONCE, kept.INVITED, BOTH,
        {
            Category.NUMBER: "id",
            Category.LINK: "wave",
            Category.PLACE: "unit domain",
            Category.FIGURE: "people",
        },
    ),
    Held(
        "asking.sample_count", About.INVITED, Purpose.COUNT, kept.SAMPLED, BOTH,
        {
            Category.NUMBER: "id",
            Category.LINK: "wave",
            Category.BACKGROUND: "county age gender",
            Category.FIGURE: "invited",
        },
        N_("Hvor mange som ble invitert av hver alder og hvert kjønn i et fylke"),
    ),
    Held(
        "asking.letter_request", About.INVITED, Purpose.DELIVER, kept.LETTERS, BOTH,
        {
            Category.NUMBER: "id counter",
            Category.LINK: "wave account",
            Category.ACT: "actor asked_at",
            Category.UPLOAD: "content",
            Category.CONTENT: "file_name outcome",
            Category.FIGURE: "facts",
            Category.STATE: "state",
        },
        N_("Brev som er bestilt, låst"), RUNNING,
    ),
    Held(
        "asking.letter_run", About.NOBODY, Purpose.DELIVER, kept.WITH_THE_WAVE, BOTH,
        {
            Category.NUMBER: "id",
            Category.LINK: "wave",
            Category.CONTENT: "kind",
            Category.DAY: "made_at",
            Category.FIGURE: "letters digital",
            Category.TEXT: "reason",
            Category.STATE: "unsure",
        },
    ),
    Held(
        "asking.mailbox_letter", About.INVITED, Purpose.DELIVER, kept.INVITED, BOTH,
        {
            Category.NUMBER: "id generation",
            Category.LINK: "invitation",
            Category.CONTENT: "kind",
            Category.MAIL: "state",
        },
        N_("Brev som gikk til Altinn"), RUNNING,
    ),
    Held(
        "asking.told_returned", About.INVITED, Purpose.DELIVER, kept.NOTED, BOTH,
        {
            Category.NUMBER: "id",
            Category.LINK: "outbox",
            Category.ADDRESS: "address",
            Category.MAIL: "status at told_at",
        },
        N_("E-post som er meldt i retur"), RUNNING,
    ),
    Held(
        "asking.trial_mail", About.ACCOUNTS, Purpose.RUN, kept.TRIALS, BOTH,
        {
            Category.NUMBER: "id",
            Category.LINK: "wave account",
            Category.CONTENT: "kind",
            Category.PHONE: "mobile",
            Category.LANGUAGE: "language",
            Category.ACT: "asked_at",
            Category.MAIL: "state due_at sent_at attempts problem",
        },
        N_("Prøver på e-poster og SMS som noen har sendt til seg selv"), RUNNING,
        {"mobile": kept.TRIAL_SENT},
    ),
)  # fmt: skip

PEOPLE: Final = (*REGISTERED, *INVITED)
