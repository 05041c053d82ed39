"""Accounts and what they leave: actions, events, subscriptions, and the log of what was done."""

from __future__ import annotations

from typing import Final

from survey_app.accounts.roles import Role
from survey_app.administration.privacy import kept
from survey_app.administration.privacy.model import (
    EVERYBODY,
    About,
    Category,
    Held,
    Purpose,
)
from survey_app.administration.privacy.people import BOTH
from survey_app.shared.i18n import N_

ADMIN: Final = (Role.ADMIN,)

READERS: Final = (
    Held(
        "accounts.account", About.ACCOUNTS, Purpose.SIGN_IN, kept.ACCOUNT, "web",
        {
            Category.NUMBER: "id",
            Category.ADDRESS: "email",
            Category.SECRET: "password",
            Category.PLACE: "role unit",
            Category.LANGUAGE: "language",
            Category.DAY: "created_at last_seen_on closed_on",
            Category.LINK: "given_by",
            Category.ACT: "given_at",
            Category.STATE: "active",
        },
        N_("Kontoer"), ADMIN,
    ),
    Held(
        "accounts.identity", About.ACCOUNTS, Purpose.SIGN_IN, kept.WITH_THE_ACCOUNT, "web",
        {
            Category.NUMBER: "id",
            Category.LINK: "account",
            Category.IDENTITY: "issuer subject",
            Category.DAY: "linked_at",
        },
        N_("Jobbkontoen som en konto er koblet til"),
    ),
    Held(
        "accounts.second_step", About.ACCOUNTS, Purpose.SIGN_IN, kept.WITH_THE_ACCOUNT, "web",
        {
            Category.NUMBER: "id",
            Category.LINK: "account",
            Category.SECRET: "sealed last_step",
            Category.DAY: "since",
        },
        N_("Nøkkelen til totrinnsinnlogging"),
    ),
    Held(
        "accounts.passkey", About.ACCOUNTS, Purpose.SIGN_IN, kept.WITH_THE_ACCOUNT, "web",
        {
            Category.NUMBER: "id",
            Category.LINK: "account",
            Category.SECRET: "credential public_key sign_count",
            Category.TEXT: "name",
            Category.DAY: "added_on last_used_on",
        },
        N_("Passnøkler"),
    ),
    Held(
        "accounts.recovery_code", About.ACCOUNTS, Purpose.SIGN_IN, kept.WITH_THE_ACCOUNT, "web",
        {Category.NUMBER: "id", Category.LINK: "account", Category.SECRET: "digest"},
        N_("Koder på papir til totrinnsinnlogging"),
    ),
    Held(
        "accounts.notice", About.ACCOUNTS, Purpose.SIGN_IN, kept.TOLD, BOTH,
        {
            Category.NUMBER: "id",
            Category.ADDRESS: "email",
            Category.LANGUAGE: "language",
            Category.ACT: "what created_at",
            Category.MAIL: "state due_at sent_at attempts problem",
        },
        N_("E-poster om at innloggingen til en konto er endret"),
    ),
    Held(
        "accounts.invitation", About.ACCOUNTS, Purpose.SIGN_IN, kept.LINKS, BOTH,
        {
            Category.NUMBER: "id",
            Category.ADDRESS: "email",
            Category.PLACE: "role unit",
            Category.LANGUAGE: "language",
            Category.CONTENT: "purpose",
            Category.LINK: "invited_by",
            Category.ACT: "actor created_at",
            Category.DAY: "ends_at used_at withdrawn_at",
            Category.MAIL: "state due_at sent_at attempts problem",
        },
        N_("Invitasjoner til en konto, og lenker for nytt passord"), ADMIN,
    ),
    Held(
        "accounts.api_token", About.NOBODY, Purpose.SIGN_IN, kept.TOKENS, "web",
        {
            Category.NUMBER: "id",
            Category.CONTENT: "name scopes",
            Category.SECRET: "digest",
            Category.DAY: "expires_on created_at",
            Category.STATE: "revoked",
        },
    ),
    Held(
        "accounts.trial_reader", About.ACCOUNTS, Purpose.RUN, kept.VIEW, BOTH,
        {Category.NUMBER: "id", Category.ADDRESS: "email"},
        N_("Adressen til den som venter på en prøve"),
    ),
    Held(
        "accounts.alarm_reader", About.ACCOUNTS, Purpose.KEEP_GOING, kept.VIEW, BOTH,
        {Category.NUMBER: "id", Category.ADDRESS: "email", Category.LANGUAGE: "language"},
        N_("Adressene til dem som får e-post når noe er galt"),
    ),
    Held(
        "asking.alarm_reader", About.ACCOUNTS, Purpose.KEEP_GOING, kept.WITH_THE_ACCOUNT, BOTH,
        {
            Category.LINK: "account",
            Category.LANGUAGE: "language",
            Category.DAY: "asked_at",
        },
        N_("Hvem som vil ha e-post når noe er galt"),
    ),
    Held(
        "asking.alarm_letter", About.ACCOUNTS, Purpose.KEEP_GOING, kept.ALARM_MAIL, BOTH,
        {
            Category.NUMBER: "id",
            Category.ADDRESS: "address",
            Category.LANGUAGE: "language",
            Category.CONTENT: "content",
            Category.DAY: "made_at",
            Category.MAIL: "state due_at sent_at attempts problem",
        },
        N_("E-poster om at noe er galt"),
    ),
    Held(
        "asking.alarm", About.NOBODY, Purpose.KEEP_GOING, kept.ALARMS, BOTH,
        {
            Category.NUMBER: "id",
            Category.STATE: "kind subject facts",
            Category.DAY: "began_at seen_at ended_at told_at over_told_at",
        },
    ),
    Held(
        "asking.host", About.NOBODY, Purpose.KEEP_GOING, kept.HOSTS, BOTH,
        {Category.NUMBER: "name", Category.STATE: "facts", Category.DAY: "seen_at"},
    ),
    Held(
        "actions.action", About.ACCOUNTS, Purpose.FOLLOW_UP, kept.OWNER, BOTH,
        {
            Category.NUMBER: "id version",
            Category.PLACE: "unit who",
            Category.TEXT: "said what reason outcome",
            Category.CONTENT: (
                "starts_on due_on ended_on state statement measure wave visible discussed_on"
            ),
            Category.LINK: "owner",
            Category.DAY: "created_at changed_at",
        },
        N_("Tiltak, og kontoen som får påminnelse"), (Role.HR, Role.LEADER, Role.REPRESENTATIVE),
    ),
    Held(
        "actions.reminder", About.ACCOUNTS, Purpose.FOLLOW_UP, kept.OWNER, "worker",
        {
            Category.NUMBER: "id",
            Category.LINK: "action",
            Category.CONTENT: "kind day",
            Category.MAIL: "state due_at sent_at attempts problem",
        },
        N_("Påminnelser om tiltak"),
    ),
    Held(
        "actions.owner", About.ACCOUNTS, Purpose.FOLLOW_UP, kept.VIEW, "worker",
        {
            Category.NUMBER: "id",
            Category.ADDRESS: "email",
            Category.LANGUAGE: "language",
            Category.PLACE: "role unit",
        },
        N_("Adressene til dem som har åpne tiltak"),
    ),
    Held(
        "events.event", About.NOBODY, Purpose.COUNT, kept.STAYS, BOTH,
        {
            Category.NUMBER: "id version",
            Category.CONTENT: "side day kind shape place open",
            Category.TEXT: "text text_nb text_nn text_en",
            Category.PLACE: "role",
            Category.DAY: "created_at changed_at removed_at",
        },
    ),
    Held(
        "subscriptions.subscription", About.ACCOUNTS, Purpose.TELL, kept.WITH_THE_ACCOUNT, BOTH,
        {
            Category.NUMBER: "id",
            Category.LINK: "account",
            Category.WISH: "population place attachment",
            Category.LANGUAGE: "language",
            Category.DAY: "created_at",
        },
        N_("Abonnementer på nye tall"), EVERYBODY,
    ),
    Held(
        "subscriptions.letter", About.ACCOUNTS, Purpose.TELL, kept.SENT, "worker",
        {
            Category.NUMBER: "id",
            Category.LINK: "subscription publication",
            Category.MAIL: "state due_at sent_at attempts problem",
        },
        N_("E-poster om nye tall"),
    ),
    Held(
        "subscriptions.reader", About.ACCOUNTS, Purpose.TELL, kept.VIEW, "worker",
        {Category.NUMBER: "id", Category.ADDRESS: "email", Category.PLACE: "role unit"},
        N_("Adressene til dem som abonnerer"),
    ),
    Held(
        "audit.event", About.ACCOUNTS, Purpose.ACCOUNT_FOR, kept.LOG, BOTH,
        {
            Category.NUMBER: "id number",
            Category.ACT: "at actor action subject facts",
            Category.SECRET: "before hash",
        },
        N_("Loggen over hvem som har gjort hva"), ADMIN,
    ),
    Held(
        "audit.head", About.NOBODY, Purpose.ACCOUNT_FOR, kept.STAYS, BOTH,
        {
            Category.DAY: "day verified_at",
            Category.FIGURE: "number rows",
            Category.SECRET: "hash",
            Category.STATE: "misfit",
        },
    ),
    Held(
        "audit.dropped", About.NOBODY, Purpose.ACCOUNT_FOR, kept.STAYS, "worker",
        {
            Category.FIGURE: "number rows",
            Category.SECRET: "hash",
            Category.DAY: "until dropped_at",
        },
    ),
)  # fmt: skip
