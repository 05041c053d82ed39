"""The answers' side, comments, and what is published: nothing here leads to a person."""

from __future__ import annotations

from typing import Final

from survey_app.accounts.roles import Role
from survey_app.administration.privacy import kept
from survey_app.administration.privacy.model import About, Category, Held, Purpose
from survey_app.administration.privacy.people import BOTH
from survey_app.shared.i18n import N_

SHELF: Final = "reader worker"

COUNTED: Final = (
    Held(
        "counting.urn", About.RESPONDENTS, Purpose.COUNT, kept.COUNTED, "worker",
        {Category.LINK: "wave", Category.SEALED: "ballot"},
        N_("Svar som er sendt og ikke talt opp"),
    ),
    Held(
        "counting.spent", About.RESPONDENTS, Purpose.ONCE, kept.COUNTED, "worker",
        {Category.LINK: "wave", Category.SECRET: "receipt"},
        N_("Kvitteringer for svar som ikke er talt opp"),
    ),
    Held(
        "counting.hand_over", About.RESPONDENTS, Purpose.COUNT, kept.COUNTED, BOTH,
        {
            Category.NUMBER: "id step",
            Category.LINK: "wave counter",
            Category.SEALED: "content",
            Category.SECRET: "proof",
        },
        N_("Låste svar på vei mellom nøkkelholderne"),
    ),
    Held(
        "counting.response", About.RESPONDENTS, Purpose.COUNT, kept.ANSWERS, "worker",
        {
            Category.NUMBER: "id",
            Category.LINK: "wave",
            Category.PLACE: "domain",
            Category.ANSWERS: "answers",
        },
        N_("Svar som er talt opp"),
    ),
    Held(
        "counting.wave_record", About.NOBODY, Purpose.PUBLISH, kept.STAYS, "worker",
        {
            Category.LINK: "wave",
            Category.FIGURE: "content",
            Category.SECRET: "response_set_hash",
        },
    ),
    Held(
        "counting.wave_table", About.NOBODY, Purpose.COUNT, kept.ANSWERS, "worker",
        {Category.LINK: "wave", Category.FIGURE: "content"},
    ),
)  # fmt: skip

COMMENTED: Final = (
    Held(
        "comments.wave", About.NOBODY, Purpose.LISTEN, kept.STAYS, BOTH,
        {
            Category.LINK: "wave",
            Category.CONTENT: "key reason minimum delete_on",
            Category.FIGURE: "answered written held removed",
        },
    ),
    Held(
        "comments.quarantine", About.RESPONDENTS, Purpose.LISTEN, kept.COMMENTS, BOTH,
        {
            Category.NUMBER: "id",
            Category.LINK: "wave masked_by gone_by",
            Category.COMMENT: "text",
        },
        N_("Kommentarer som to ikke har sett gjennom ennå"), (Role.HR,),
    ),
    Held(
        "comments.released", About.RESPONDENTS, Purpose.LISTEN, kept.COMMENTS, BOTH,
        {Category.NUMBER: "id", Category.LINK: "wave gone_by", Category.COMMENT: "text"},
        N_("Kommentarer som to har sett gjennom"), (Role.HR, Role.REPRESENTATIVE),
    ),
    Held(
        "comments.keeper", About.ACCOUNTS, Purpose.LISTEN, kept.KEEPERS, "web",
        {Category.NUMBER: "number", Category.LINK: "account"},
        N_("De to som ser gjennom kommentarer"), (Role.HR,),
    ),
    Held(
        "comments.code_book", About.NOBODY, Purpose.LISTEN, kept.STAYS, "web",
        {Category.NUMBER: "version", Category.CONTENT: "content"},
    ),
)  # fmt: skip

PUBLISHED: Final = (
    Held(
        "publications.publication", About.NOBODY, Purpose.PUBLISH, kept.STAYS, SHELF,
        {
            Category.NUMBER: "id",
            Category.LINK: "wave",
            Category.CONTENT: "campaign wave_key sequence kind population version open_results",
            Category.DAY: "computed_at released_at",
            Category.FIGURE: "head content manifest",
            Category.SECRET: "content_hash",
        },
    ),
    Held(
        "publications.estimate", About.NOBODY, Purpose.PUBLISH, kept.STAYS, SHELF,
        {
            Category.NUMBER: "id",
            Category.LINK: "publication",
            Category.CONTENT: "measure statistic category level domain",
            Category.FIGURE: "n mean se low high status",
        },
    ),
    Held(
        "publications.wave_record", About.NOBODY, Purpose.PUBLISH, kept.STAYS, SHELF,
        {
            Category.LINK: "wave",
            Category.CONTENT: "wave_key",
            Category.FIGURE: "content",
            Category.SECRET: "content_hash key_list",
        },
    ),
    Held(
        "publications.asked", About.NOBODY, Purpose.PUBLISH, kept.STAYS, SHELF,
        {Category.SECRET: "questionnaire", Category.CONTENT: "content"},
    ),
    Held(
        "publications.foreign_answers", About.NOBODY, Purpose.PUBLISH, kept.STAYS, SHELF,
        {Category.NUMBER: "id", Category.LINK: "wave", Category.CONTENT: "level domain"},
    ),
    Held(
        "earlier.source", About.NOBODY, Purpose.PUBLISH, kept.STAYS, "web reader worker",
        {
            Category.CONTENT: "key audience",
            Category.FIGURE: "content",
            Category.SECRET: "content_hash",
            Category.DAY: "imported_at",
        },
    ),
    Held(
        "public.migration", About.NOBODY, Purpose.RUN, kept.STAYS, "web reader worker",
        {Category.NUMBER: "id", Category.STATE: "name app_name ran_on"},
    ),
)  # fmt: skip

ANSWERS: Final = (*COUNTED, *COMMENTED, *PUBLISHED)
