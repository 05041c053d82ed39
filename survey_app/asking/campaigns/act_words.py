"""What pages say of acts: the reasons for which a wave was not opened, in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from survey_app.asking.campaigns.acts import (
    DECISIONS,
    OF_FIGURES,
    WAITS,
    StoredAct,
    acts_of,
    kind_of,
    mistake_of,
)
from survey_app.asking.campaigns.queries import WaveRow, list_waves
from survey_app.asking.campaigns.rest_words import of_weeks
from survey_app.asking.campaigns.states import STATE_NAMES, State
from survey_app.asking.mends import SENTENCES as MISTAKES
from survey_app.asking.reasons import Against, Reason
from survey_app.shared.agency import in_language
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Login
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import language_name, long_date, time_of_day

SENTENCES: Final[Mapping[Against, str]] = {
    Against.OVER: N_("Siste dag var %(day)s. Gi målingen senere datoer."),
    Against.DAYS_LEFT: N_(
        "Den skulle vært åpnet før. Ansatte må ha minst %(least)s dager, og nå er det %(days)s "
        "igjen. Gi målingen senere datoer."
    ),
    Against.FORM_TEXT: N_("Skjemaet mangler tekst på %(language)s (%(place)s)."),
    Against.LABEL: N_("Navnet på målingen mangler på %(language)s (%(form)s)."),
    Against.PURPOSE: N_("Formålet mangler på %(language)s."),
    Against.TITLE: N_("Tittelen mangler på %(language)s."),
    Against.LEGAL_BASIS: N_("Behandlingsgrunnlaget mangler."),
    Against.RETENTION: N_("Det står ikke hvor lenge svarene skal lagres."),
    Against.CONTACT: N_("Det står ikke hvem de som svarer, kan spørre."),
    Against.SENDER: N_("Avsenderen mangler en e-postadresse."),
    Against.NO_SAMPLE: N_("Filen med utvalget mangler."),
    Against.NO_LIST: N_("Filen med dem som skal inviteres, mangler."),
    Against.SHORT_LIST: N_("Bare %(number)s står i filen. Det må være minst %(least)s."),
    Against.FEW_TOGETHER: N_(
        "Bare %(people)s inviteres der svarene ville fått koden «%(code)s». Det må være minst"
        " %(least)s. Inviter flere der, eller slå sammen med en annen i registeret."
    ),
    Against.FEW_IN_ALL: N_(
        "Bare %(people)s kan inviteres i alt. Det må være minst %(least)s. Inviter flere, eller se "
        "om flere i registeret kan få en egen e-postadresse."
    ),
    Against.INVITE: N_("Det står ikke hvem målingen inviterer. Planlegg den på nytt."),
    Against.NOBODY: N_("Ingen i registeret skal inviteres. Er registeret lastet inn?"),
    Against.NOBODY_REACHED: N_("Ingen av dem som skal inviteres, har en egen e-postadresse."),
    Against.SMALL_FRAME: N_(
        "Det er %(people)s i registeret. Det må være minst %(least)s for at noe kan vises."
    ),
    Against.SAMPLE_SIZE: N_(
        "Et utvalg på %(size)s kan ikke trekkes. Det må være minst %(least)s, to fra hver enhet, "
        "og høyst %(most)s."
    ),
    Against.TURN: N_(
        "Runde %(turn)s er passert, for en senere runde er alt åpnet. Lagre planen en gang til, så "
        "blir dette runde %(next)s."
    ),
    Against.BURDEN_YEAR: N_(
        "%(people)s ansatte ville fått %(times)s invitasjoner i dette kalenderåret. Grensen er "
        "%(most)s. Velg et annet år eller et annet panel."
    ),
    Against.BURDEN_DAYS: N_(
        "%(people)s ansatte ville fått %(times)s invitasjoner på %(days)s dager. Grensen er "
        "%(most)s. Velg et senere tidspunkt eller et annet panel."
    ),
    Against.BURDEN_WEEKS: N_(
        "En måling som spør de samme, har siste dag %(day)s. Det må være minst %(weeks)s uker "
        "mellom: Etter den kan denne tidligst åpne %(earliest)s."
    ),
    Against.STOPPED: N_(
        "%(name)s er planlagt åpnet %(day)s, og kan ikke åpne da: Det må være minst %(weeks)s uker "
        "mellom målinger som spør de samme."
    ),
    Against.KEYS_AWAITED: N_(
        "Nøkkelholderne er ikke klare: begge må lage nøkkelen sin, sammenligne fingeravtrykk og si "
        "fra."
    ),
    Against.KEYS_EXCHANGED: N_(
        "Nøklene er ikke de som %(name)s sammenlignet. Noen kan ha skrevet i databasen. Finn ut "
        "hvem, og be nøkkelholderne begynne på nytt."
    ),
    Against.KEY_USED: N_(
        "Nøkkelen til %(name)s er brukt før. Be om en ny: en nøkkel er bare for én måling."
    ),
    Against.WEEKDAY: N_(
        "Målingen åpner ikke tirsdag, onsdag eller torsdag, da folk leser e-posten sin."
    ),
    Against.JULY: N_("Målingen er åpen i juli, da få kan svare."),
    Against.CHRISTMAS: N_("Målingen er åpen i juleukene, da få kan svare."),
    Against.EASTER: N_("Målingen er åpen i påskeuken, da få kan svare."),
    Against.HOLIDAY: N_("Målingen åpner på en helligdag."),
    Against.AVOIDED: N_(
        "Målingen er åpen i %(name)s, fra %(first)s til %(last)s. Da vil etaten helst ikke spørre."
    ),
    Against.REMINDER_DAY: N_("Påminnelsen %(day)s kommer i helgen eller på en helligdag."),
    Against.QUIET_DAY: N_("Målingen åpner på en dag da få er på jobb."),
    Against.RESULTS_DAY: N_("Resultatene kommer på en dag da få er på jobb."),
    Against.NO_DAYS: N_(
        "Ingen dager innen %(weeks)s uker fra i fjor passer. Planlegg målingen for seg."
    ),
    Against.OFTEN: N_(
        "Noen ansatte ville fått flere invitasjoner enn grensen på %(most)s. Spør et annet panel."
    ),
    Against.FORM_GONE: N_("Skjemaet finnes ikke lenger. Planlegg målingen med et annet."),
    Against.STATE: N_("Det er for sent. Målingen har nå tilstanden «%(state)s»."),
    Against.PLAN_CHANGED: N_("Noen andre har endret planen i mellomtiden. Se på den en gang til."),
    Against.ASKED: N_("%(actor)s har bedt om noe annet for målingen i mellomtiden."),
    Against.OPENING_ASKED: N_("%(actor)s har bedt om å åpne målingen i mellomtiden."),
    Against.OPENING_APPROVED: N_("Åpningen av målingen er godkjent i mellomtiden."),
    Against.CHANGED_SINCE: N_(
        "Planen, tekstene eller nøkkelholderne er endret siden noen ba om åpningen. Noen må be om "
        "den på nytt."
    ),
    Against.PLAN_COMING: N_(
        "En ny plan for målingen lagres akkurat nå. Vent litt, og se over den først."
    ),
    Against.TEXTS_COMING: N_(
        "Nye tekster for målingen lagres akkurat nå. Vent litt, og se over dem først."
    ),
    Against.TEXTS_CHANGED: N_(
        "Noen andre har endret tekstene i mellomtiden. Det du har skrevet, står her. Lagrer du en"
        " gang til, gjelder dine."
    ),
    Against.APPROVED: N_("Det er alt godkjent av %(who)s."),
    Against.APPROVED_AT: N_("Det er alt godkjent av %(who)s, %(day)s %(time)s."),
    Against.DECLINED: N_("%(who)s sa nei til det, %(day)s %(time)s."),
    Against.WAITED: N_("Ingen godkjente det innen fristen. Noen må be om det på nytt."),
    Against.WITHDRAWN: N_(
        "Det er tatt tilbake i mellomtiden, eller planen er endret. Noen må be om det på nytt."
    ),
    Against.PLANNED: N_(
        "En annen plan med samme første dag ble lagret i mellomtiden. Se på den først."
    ),
    Against.PROPOSAL_GONE: N_("Noen andre har alt laget planen, eller tatt forslaget bort."),
    Against.LOUD: N_(
        "Databasetjeneren kan skrive ned svar eller når de kom. Den som drifter systemet, må "
        "slå det av: %(parameters)s"
    ),
    Against.NOT_OPEN: N_("Målingen er ikke åpen lenger."),
    Against.RESULTS_FIXED: N_(
        "Tallene er regnet ut med denne resultatdagen, så den kan ikke flyttes lenger."
    ),
    Against.RESULTS_FAR: N_(
        "Resultatene må komme høyst %(most)s dager etter at målingen er stengt."
    ),
    Against.DAYS_PASSED: N_("Dagene passer ikke lenger. Se over dem en gang til."),
    Against.REMINDED: N_("Det gikk en påminnelse %(day)s. Vent et døgn før den neste."),
    Against.REMINDER_WAITS: N_(
        "Det går en påminnelse av seg selv %(day)s %(time)s. Vent et døgn etter den."
    ),
    Against.REMINDED_OFTEN: N_(
        "Målingen har hatt %(most)s påminnelser, og det er så mange som er lovet."
    ),
    Against.OVERLAP: N_(
        "Målingen skulle stille både de gamle og de nye spørsmålene, men det går ikke lenger: "
        "Spørsmålene er endret siden målingen ble planlagt. Endre planen slik at alle får de nye."
    ),
    Against.ASKS_VERSION: N_(
        "%(name)s har fått versjon %(now)s siden åpningen ble godkjent med versjon %(before)s. "
        "Ingen har godkjent de nye spørsmålene, så målingen er ikke åpnet. Se hva som er endret, "
        "og be om åpningen på nytt."
    ),
    Against.ASKS_OTHER: N_(
        "Skjemaet er ikke lenger det som ble godkjent, så målingen er ikke åpnet. Se hva som er "
        "endret, og be om åpningen på nytt."
    ),
    Against.ASKS_UNKNOWN: N_(
        "Åpningen ble godkjent før systemet tok vare på hvilke spørsmål som ble godkjent, og "
        "forrige måling stilte ikke de samme. Målingen er ikke åpnet. Se over skjemaet, og be om "
        "åpningen på nytt."
    ),
    Against.SAME_FIGURES: N_(
        "Tallene ble de samme da de ble regnet ut på nytt. Ingenting nytt er publisert."
    ),
    Against.NOTHING_STANDS: N_("Tallene er alt trukket tilbake."),
    Against.ANSWERS_GONE: N_(
        "Svarene er slettet, slik det ble lovet. Da kan tallene ikke regnes ut på nytt."
    ),
    Against.NOT_CORRECTED: N_(
        "Tallene kunne ikke rettes: Enten ville det vist noe om noen få, eller så er det en feil. "
        "Den som drifter systemet, ser grunnen i loggen."
    ),
    Against.KEY_FILE: N_(
        "Filen der nøkkelen til målingen skal ligge, er en annen eller kan ikke leses. Den som "
        "drifter systemet, ser i loggen hva som må gjøres. Be så om å avlyse på nytt."
    ),
    Against.REHEARSAL: N_(
        "En prøve med oppdiktede svar kunne ikke publiseres. Den som drifter systemet, må se på "
        "det: %(reason)s"
    ),
}


_NO_TO_CANCELLING: Final = timedelta(days=3)
_APPROVED: Final = frozenset({"confirmed", "running", "done"})
_OTHER_QUESTIONS: Final = {Against.ASKS_VERSION, Against.ASKS_OTHER, Against.ASKS_UNKNOWN}


def of_other_questions(act: StoredAct) -> bool:
    """Whether it was refused since other questions were approved than would have been asked."""
    named = {kind_of(name) for name, _ in act.outcome}
    return act.state == "refused" and not named.isdisjoint(_OTHER_QUESTIONS)


async def approved_otherwise(login: Login) -> list[str]:
    """Name the drafts that were refused for that, and that nobody has asked to open since."""
    drafts = [one for one in await list_waves(login) if one.state == State.DRAFT]
    acts = await acts_of(login, [one.id for one in drafts])
    asked = {
        wave.key: [
            one
            for one in acts[wave.id]
            if one.act == "open" and one.state not in {"withdrawn", "declined"}
        ]
        for wave in drafts
    }
    return [key for key, told in asked.items() if told and of_other_questions(told[0])]


# a reason that this version has no name for
_OF_ANOTHER_VERSION: Final = N_("Det gikk ikke den gangen. Prøv igjen.")


def say_reasons(reasons: Sequence[str], language: Language) -> list[str]:
    """Say reasons in the reader's language; one without a name stands as it was written."""
    return [
        _sentence(one.kind, one.values, language) if isinstance(one, Reason) else str(one)
        for one in reasons
    ]


def told_outcome(act: StoredAct, language: Language) -> list[str]:
    """Say for which reasons an act was refused."""
    return [_told(name, values, language) for name, values in act.outcome]


def _told(name: str, values: Mapping[str, str], language: Language) -> str:
    if (mistake := mistake_of(name)) is not None:
        sentence = translator(language).gettext(MISTAKES[mistake]) % values
        if "line" not in values:
            return sentence
        one = translator(language).ngettext("Linje %(lines)s", "Linje %(lines)s", 1)
        line = one % {"lines": values["line"]}
        return f"{line}: {sentence}"
    kind = kind_of(name)
    if kind is None:
        return values.get("sentence") or translator(language).gettext(_OF_ANOTHER_VERSION)
    return _sentence(kind, values, language)


def _sentence(kind: Against, values: Mapping[str, str], language: Language) -> str:
    filled = dict(values)
    if "language" in filled:
        filled["language"] = language_name(filled["language"], language)
    if "state" in filled:
        filled["state"] = translator(language).gettext(STATE_NAMES[State(values["state"])])
    if "names" in filled:
        filled["name"] = in_language(json.loads(values["names"]), language)
    if "moment" in filled:
        moment = datetime.fromisoformat(filled["moment"])
        filled |= {"day": long_date(moment, language), "time": time_of_day(moment, language)}
    if kind is Against.BURDEN_WEEKS:
        apart = timedelta(weeks=int(values["weeks"]))
        earliest = date.fromisoformat(values["day"]) + apart
        filled["earliest"] = long_date(earliest, language)
    for name in {"day", "first", "last"} & values.keys():
        filled[name] = long_date(date.fromisoformat(values[name]), language)
    pattern = of_weeks(kind, filled.get("weeks", ""), SENTENCES[kind])
    return translator(language).gettext(pattern) % filled


@dataclass(frozen=True, slots=True)
class PendingAct:
    """What a campaign's page says of an act that waits, or was refused."""

    act: str
    wave: str
    wave_name: str
    actor: str
    waits_for_second: bool
    due_at: datetime | None
    refused: tuple[str, ...]
    may_be_tried: bool = True
    declined_by: UUID | None = None
    declined_at: datetime | None = None
    begun: bool = False
    overtaken: bool = False
    """Whether what was to be opened was changed, so that somebody has to ask anew."""

    @property
    def is_approved(self) -> bool:
        """Whether it happens by itself, in its hour, as it is."""
        return not (self.waits_for_second or self.refused or self.declined_by or self.overtaken)

    @property
    def decides(self) -> bool:
        """Whether somebody asked to publish a held wave or not to, and nobody said no."""
        return self.act in DECISIONS and not self.refused and self.declined_by is None


# of which state a wave is for as long as a second person may confirm, or said no
_WAITS_OF: Final[Mapping[str, AbstractSet[str]]] = {
    "open": {"draft"},
    "cancel": {"open"},
    **dict.fromkeys(DECISIONS, frozenset({"counted"})),
    **dict.fromkeys(OF_FIGURES, frozenset({"published"})),
}


def standing(
    acts: Mapping[UUID, Sequence[StoredAct]],
    waves: Sequence[WaveRow],
    language: Language,
    *,
    now: datetime,
) -> list[PendingAct]:
    """Say of each wave what waits, and what was refused last if nothing has come of it since."""
    found = []
    for wave in waves:
        name = in_language(wave.labels["name"], language)
        seen: set[str] = set()
        approved = {one.act for one in acts.get(wave.id, ()) if one.state in _APPROVED}
        for one in acts.get(wave.id, ()):
            if one.act in {"resend", "returned", "relink"}:
                continue  # told where failed mails are, returned letters, and new links
            fresh = one.act not in seen
            seen.add(one.act)
            # not what a command, or another act, has overtaken
            waits = one.waits(now) and wave.state in _WAITS_OF.get(one.act, {wave.state})
            under_way = one.state in {"confirmed", "running"}
            declined = fresh and was_declined(one, wave, now)
            if one.act in DECISIONS and approved & DECISIONS and not under_way:
                continue  # two have decided the other
            if under_way and not fresh:
                continue  # who saved twice reads once that it is saved
            overtaken = fresh and one.overtaken and wave.state == State.DRAFT
            matters = waits or under_way or declined or overtaken
            if not (matters or _matters(one, wave, fresh, now)):
                continue
            refused = tuple(told_outcome(one, language)) if one.state == "refused" else ()
            again = wave.state != State.PUBLISHED or one.act in {"next", *OF_FIGURES}
            found.append(
                PendingAct(
                    one.act,
                    wave.key,
                    name,
                    one.actor,
                    waits,
                    one.due_at,
                    refused,
                    again,
                    declined_by=one.confirmed_by if declined else None,
                    declined_at=one.confirmed_at if declined else None,
                    begun=one.begun(now),
                    overtaken=overtaken,
                )
            )
    return found


def was_declined(act: StoredAct, wave: WaveRow, now: datetime) -> bool:
    """Whether a second person said no, of late, and the wave still is as it was asked of.

    Nothing is left to do after a no to cancelling: it is told over a weekend, and no longer.
    """
    if act.state != "declined" or act.confirmed_at is None:
        return False
    told = _NO_TO_CANCELLING if act.act == "cancel" else WAITS
    return wave.state in _WAITS_OF.get(act.act, ()) and now < act.confirmed_at + told


def _matters(act: StoredAct, wave: WaveRow, fresh: bool, now: datetime) -> bool:
    """Whether a refusal still is about the wave as it stands."""
    if act.act in {"plan", "next"}:
        return fresh and act.state == "refused"
    if act.act == "dates" and wave.state == State.PUBLISHED:
        # the figures were computed meanwhile, and wait for the day that was to move
        waits = wave.results_on >= now.astimezone(OSLO).date()
        return fresh and act.state == "refused" and waits
    if act.act in OF_FIGURES:
        # a fortnight: until then somebody has read it, and asked again or not
        return fresh and act.state == "refused" and now < act.last_day
    movable = {"open", "closed", "counted"}
    states = {"open": {"draft"}, "dates": movable, "remind": {"open"}, "close": {"open"}}
    return fresh and act.state == "refused" and wave.state in states.get(act.act, {"draft", "open"})
