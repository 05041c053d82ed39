"""Which letters may be asked for, and what a form says of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from survey_app.asking.errors import UnusableRecipient
from survey_app.asking.letters.addresses import national_ids
from survey_app.asking.letters.in_mailboxes import (
    DELIVERED,
    HANDED,
    InMailboxes,
    MailboxState,
)
from survey_app.asking.letters.make_letters import addresses_of, is_asked_for
from survey_app.asking.letters.order import Format, LetterOrder
from survey_app.asking.letters.paper import Window
from survey_app.asking.letters.queries import LetterRunRow
from survey_app.asking.letters.recipients import Recipient
from survey_app.asking.letters.seal import LARGEST as LARGEST_KEY
from survey_app.asking.letters.seal import recipient_in
from survey_app.asking.people.register import decoded
from survey_app.running.possible import reason_logged
from survey_app.shared.form_in_memory import FormInMemory
from survey_app.shared.form_text import as_number
from survey_app.shared.i18n import N_, as_language

CHOICES: Final[Mapping[str, str]] = {
    "first": N_("Første brev, til alle"),
    "second": N_("Andre brev, til alle"),
    "second-silent": N_("Andre brev, bare til dem som ikke har svart"),
    "again-first": N_("Det første brevet en gang til"),
    "again-second": N_("Det andre brevet en gang til, til alle"),
    "again-second-silent": N_("Det andre brevet en gang til, bare til dem som ikke har svart"),
    "unsure-first": N_("Det første brevet, bare der vi ikke vet om det kom fram i Altinn"),
    "unsure-second": N_("Det andre brevet, bare der vi ikke vet om det kom fram i Altinn"),
}
FORMS: Final[Mapping[str, str]] = {
    "pdf": N_("Én PDF med alle brevene"),
    "languages": N_("Én PDF for hvert språk, samlet i en ZIP-fil"),
    "csv": N_("En CSV-fil med lenker og koder, til et trykkeri som setter brevene selv"),
}
WINDOWS: Final[Mapping[str, str]] = {"left": N_("Til venstre"), "right": N_("Til høyre")}
LARGEST: Final = 5_000_000  # bytes of a file of names and addresses: some 50,000 rows

NO_CHOICE: Final = N_("Velg hvilke brev som skal lages.")
NO_REASON: Final = N_("Skriv hvorfor de samme brevene lages en gang til.")
NO_ROWS: Final = N_("Skriv linjenumre, for eksempel 12 eller 12, 40.")
NOT_THESE_ROWS: Final = N_(
    "Enkelte linjer kan bare velges når de samme brevene lages en gang til, til alle."
)
NO_KEY: Final = N_(
    "Lim inn nøkkelen fra trykkeriet. Uten den blir det ikke laget en fil med bare dem som ikke "
    "har svart."
)
BAD_KEY: Final = N_("Dette er ikke en nøkkel fra age. Den er én linje og begynner med age1.")
SECRET_KEY: Final = N_(
    "Dette er den hemmelige nøkkelen. Be trykkeriet om linjen som begynner med age1, og om å lage "
    "et nytt nøkkelpar, for dette har vært sendt."
)
NO_NUMBERS: Final = N_(
    "Velg en adressefil med fødselsnumre, og PDF. Uten dem kan ingen brev sendes digitalt."
)
NOT_THE_SILENT: Final = N_(
    "Brev som bare går til dem som ikke har svart, kan ikke sendes digitalt. Da ville Altinn fått "
    "vite hvem det er."
)
NO_ADDRESSES: Final = N_("En CSV-fil har ingen adresser. Velg PDF, eller ta bort adressefilen.")
TOO_LARGE: Final = N_("Adressefilen er større enn 5 MB. Er det riktig fil?")


class Unclear(Exception):  # noqa: N818
    """A form that no letters can be made of; says which field, and how to mend it."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field, self.sentence = field, sentence
        super().__init__(sentence)


def choices_of(
    made: Sequence[LetterRunRow], reached: Mapping[str, InMailboxes], *, remind_everybody: bool
) -> list[str]:
    """Return what may be made of a wave, by what was made and what lies in mailboxes."""
    kinds = {run.kind for run in made}
    if "first" not in kinds:
        return ["first"]
    seconds = ["again-second", "again-second-silent"] if "second" in kinds else []
    unsure = [f"unsure-{kind}" for kind in kinds if kind in reached and reached[kind].unsure]
    found = [
        *([] if seconds else ["second", "second-silent"]),
        "again-first",
        *seconds,
        *sorted(unsure),
    ]
    return [one for one in found if not (remind_everybody and one.endswith("-silent"))]


def left_of(
    people: Sequence[Recipient],
    reached: Mapping[str, InMailboxes],
    made: Sequence[LetterRunRow],
) -> dict[str, int]:
    """Count who has no letter yet of each mailing that stopped on its way to mailboxes."""
    finished = {run.kind for run in made}
    return {
        kind: sum(not (kind == "second" and person.opted_out) for person in people)
        - there.delivered
        - there.unsure
        for kind, there in reached.items()
        if kind not in finished
    }


def order_of(form: FormInMemory, wave: str, possible: Sequence[str]) -> LetterOrder:
    """Read a form.

    Raises
    ------
    Unclear
        With the first thing that is missing or wrong.
    RegisterProblems
        If the file of addresses is no text.
    """
    what = form["what"]
    if what not in possible:
        raise Unclear("what-" + possible[0], NO_CHOICE)
    again = _again(form) if what.startswith("again-") else ""
    silent = what.endswith("-silent")
    sealed_to = _recipient(form["sealed_to"])
    if silent and not sealed_to:
        raise Unclear("sealed_to", NO_KEY)
    kind: Format = "csv" if form["form"] == "csv" else "pdf"
    file = form.files.get("addresses")
    if file is not None and kind == "csv":
        raise Unclear("addresses", NO_ADDRESSES)
    if file is not None and len(file) > LARGEST:
        raise Unclear("addresses", TOO_LARGE)
    digital = bool(form["digital"])
    if digital and silent:
        raise Unclear("digital", NOT_THE_SILENT)
    if digital and (file is None or kind == "csv"):
        raise Unclear("digital", NO_NUMBERS)
    window: Window = "right" if form["window"] == "right" else "left"
    return LetterOrder(
        wave,
        kind,
        addresses=None if file is None else decoded(file),
        by_language=form["form"] == "languages",
        second="second" in what,
        sealed_to=sealed_to,
        everybody=not silent,
        again=again,
        rows=_rows(form["rows"], what),
        window=window,
        digital=digital,
        unsure=what.startswith("unsure-"),
    )


def facts_of(
    order: LetterOrder,
    people: Sequence[Recipient],
    what: str,
    known: Mapping[UUID, MailboxState],
) -> dict[str, Any]:
    """Count what an order would make, by language; nothing of who has answered is in it.

    ``known`` is what lies in mailboxes already: it is not made again.

    Raises
    ------
    AddressProblems
        With every mistake of the file of addresses.
    LettersRefused
        If no addresses can be joined.
    """
    addresses = addresses_of(order, people)
    asked = [
        person
        for person in people
        if is_asked_for(person, order, addresses) and not (order.second and person.opted_out)
    ]
    states = Counter(known.get(person.id) for person in asked)
    asked = [person for person in asked if _is_left(order, known.get(person.id))]
    return {
        "what": what,
        "form": "languages" if order.by_language else order.form,
        "window": order.window,
        "letters": dict(Counter(as_language(person.language) for person in asked)),
        "addresses": addresses is not None,
        "matched": len(addresses or ()),
        "without": sum(not lines for lines in (addresses or {}).values()),
        "narrowed": order.narrowed,
        "sealed_to": order.sealed_to,
        "again": order.again,
        "digital": order.digital,
        "numbered": _numbered(order, asked),
        "reached": states[DELIVERED],
        "unsure": states[HANDED] if not order.unsure else 0,
    }


def _is_left(order: LetterOrder, state: MailboxState | None) -> bool:
    if order.unsure:
        return state == HANDED
    return state is None or (order.digital and state == HANDED)


def _numbered(order: LetterOrder, asked: Sequence[Recipient]) -> int:
    if not order.digital:
        return 0
    numbers = national_ids(order.addresses or "")
    return sum(person.row in numbers for person in asked)


def _rows(given: str, what: str) -> tuple[int, ...]:
    rows = [as_number(one) for one in given.replace(",", " ").split()]
    # a file of those alone who have not answered would tell of one row whether that one has
    if rows and what not in {"again-first", "again-second"}:
        raise Unclear("rows", NOT_THESE_ROWS)
    known = [row for row in rows if row]
    if len(known) < len(rows):
        raise Unclear("rows", NO_ROWS)
    return tuple(known)


def _again(form: FormInMemory) -> str:
    again, wrong = reason_logged(form["again"], NO_REASON)
    if wrong:
        raise Unclear("again", wrong)
    return again


def _recipient(given: str) -> str:
    if not given:
        return ""
    try:
        return recipient_in(given[:LARGEST_KEY], "")
    except UnusableRecipient as wrong:
        raise Unclear("sealed_to", SECRET_KEY if wrong.secret else BAD_KEY) from None
