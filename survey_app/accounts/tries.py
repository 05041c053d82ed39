"""How often somebody may try to sign in: slowed down, and nobody locked out by another.

Three counts meet each try from a browser that has not signed in to the account before: of the
network, whichever the accounts; of the network at this account; of the account, from wherever. A
browser that has signed in to it before has a count of its own and no other: whatever is tried
elsewhere, its owner gets in (OWASP, *Slow down online guessing attacks with device cookies*). Who
gets in gives the room back, so that a whole prison can sign in through one address.
"""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.accounts.addresses import known_as
from survey_app.shared.limits import Bucket, pour, scoop

KNOWN_BROWSER = Bucket("sign-in-browser", most=10, each=60)
NETWORK = Bucket("sign-in-network", most=30, each=20)
NETWORK_AT_ACCOUNT = Bucket("sign-in-both", most=5, each=120)
ACCOUNT = Bucket("sign-in-account", most=10, each=60)
# each asks Redis to keep something for ten minutes; who comes back gives the room back
AT_PROVIDER = Bucket("sign-on", most=120, each=5)
PASSKEY = Bucket("sign-in-passkey", most=60, each=10)
# after the right password: a code of six digits is guessed from nowhere faster than this
SECOND_STEP = Bucket("second-step", most=5, each=120)
SECOND_STEP_BROWSER = Bucket("second-step-browser", most=5, each=120)
# on the own page, by whoever sits at an open session
OWN_PASSWORD = Bucket("own-password", most=5, each=60)
OWN_CODE = Bucket("own-code", most=5, each=120)

type Counts = Sequence[tuple[Bucket, str]]


def counts_of(network: str, email: str, browser: str) -> Counts:
    """Return what a try is counted under, in the order in which they are asked.

    Parameters
    ----------
    network : str
        As ``network_of`` gives it.
    email : str
        As typed; it need not be an account's, so that no reply tells which are.
    browser : str
        What marks a browser that has signed in to this account before; empty for others.
    """
    if browser:
        return [(KNOWN_BROWSER, browser)]
    account = known_as(email)
    return [
        (NETWORK, network),
        (NETWORK_AT_ACCOUNT, f"{network} {account}"),
        (ACCOUNT, account),
    ]


def second_step_counts(account: str, browser: str) -> Counts:
    """Return what a code is counted under; arguments as in ``counts_of``, by the account's id."""
    return [(SECOND_STEP_BROWSER, browser) if browser else (SECOND_STEP, account)]


def own_page_counts(account: str) -> Counts:
    """Return what a code is counted under that is typed by who is signed in."""
    return [(OWN_CODE, account)]


async def take_room(counts: Counts) -> float:
    """Count a try; return the seconds to wait where it is one too many, else 0.

    What was counted before the refusal stays counted: asking again and again costs the asker, and
    an account is asked last, so that one network alone cannot keep it full.
    """
    for bucket, who in counts:
        wait = await pour(bucket, who)
        if wait:
            return wait
    return 0


async def give_back(counts: Counts) -> None:
    """Uncount a try that took its room: it was right, or was never made."""
    for bucket, who in counts:
        await scoop(bucket, who)
