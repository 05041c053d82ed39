"""How it is said that people need a rest between waves, where that is no weeks, or one."""

from typing import Final

from survey_app.asking.reasons import Against
from survey_app.shared.i18n import N_

_OF_WEEKS: Final = {
    (Against.BURDEN_WEEKS, "0"): N_(
        "En måling som spør de samme, har siste dag %(day)s. De kan ikke være åpne samtidig: Denne "
        "kan tidligst åpne %(earliest)s."
    ),
    (Against.BURDEN_WEEKS, "1"): N_(
        "En måling som spør de samme, har siste dag %(day)s. Det må være minst én uke mellom: "
        "Etter den kan denne tidligst åpne %(earliest)s."
    ),
    (Against.STOPPED, "0"): N_(
        "%(name)s er planlagt åpnet %(day)s, og kan ikke åpne da: Målinger som spør de samme, kan "
        "ikke være åpne samtidig."
    ),
    (Against.STOPPED, "1"): N_(
        "%(name)s er planlagt åpnet %(day)s, og kan ikke åpne da: Det må være minst én uke mellom "
        "målinger som spør de samme."
    ),
}


def of_weeks(kind: Against, weeks: str, usual: str) -> str:
    """Return the pattern of a sentence for so many weeks; the usual one counts several."""
    return _OF_WEEKS.get((kind, weeks), usual)
