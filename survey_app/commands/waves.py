"""``wave …`` and ``verify-publication``: the ordinary actions, called by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from analytics.disclosure.rules.display_limits import (
    DISPLAY_LIMITS,
    LOWEST_MINIMUM_GROUP,
    PUBLIC_HEADLINE_EFFECTIVE,
)
from questionnaires.content import agency_folder
from questionnaires.loader import load_library
from questionnaires.population import FOLDER, Population, read_population
from survey_app.asking.campaigns.queries import WaveRow, find_wave
from survey_app.asking.campaigns.smallest_shown import smallest_shown
from survey_app.asking.campaigns.states import State
from survey_app.asking.clock_watch import trusted_now
from survey_app.asking.errors import OpeningRefused
from survey_app.asking.invitations.draw_wave import WEIGHTED, Draw
from survey_app.asking.invitations.listed import Listed, read_list
from survey_app.asking.invitations.sample import Drawn, read_sample
from survey_app.asking.people.register import decoded
from survey_app.asking.writing import writing
from survey_app.audit.record import COMMAND_LINE, record
from survey_app.commands.files import read_bytes
from survey_app.counting.urn.errors import KeyFileError
from survey_app.counting.urn.trustee_files import read_public
from survey_app.installation.alarms.host import list_hosts, living
from survey_app.publications.latest import latest_id, release_of
from survey_app.publications.store import newest_version_of
from survey_app.publications.told_reason import reason_told
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.publishing.closing.rehearse_wave import Rehearsed, rehearse_wave
from survey_app.publishing.errors import (
    PublishingError,
    UnknownPublicationError,
    WaitsForTrusteesError,
)
from survey_app.publishing.finishing import working_on
from survey_app.publishing.releasing.publish_wave import publish_wave
from survey_app.publishing.releasing.verify_publication import Recomputation, recompute
from survey_app.reading.outlook import Outlook, outlook, spreads
from survey_app.settings import Settings
from survey_app.shared import clock, queue
from survey_app.shared.database import Link, Login
from survey_app.shared.i18n import as_language
from survey_app.waves.cancel_wave import cancel_wave
from survey_app.waves.errors import ClosingError
from survey_app.waves.move_results import move_results
from survey_app.waves.open_wave import open_wave
from survey_app.waves.watch_sealing import changed_waves
from survey_app.waves.wave_keys import undestroyed_keys

Echo = Callable[[str], None]
# exit codes of verify-publication; 1 and 2 are those of every command
VERIFIED: Final = {
    Recomputation.SAME: 0,
    Recomputation.SAME_VALUES: 0,
    Recomputation.EXPLAINED: 3,
    Recomputation.UNEXPLAINED: 4,
    Recomputation.CHANGED: 5,
}


async def move_results_named(key: str, day: date, reason: str, echo: Echo) -> None:
    """Move a wave's day of results, and say what follows."""
    before = (await find_wave(Login.WORKER, key)).results_on
    now = await trusted_now()
    today = now.astimezone(clock.OSLO).date()
    await move_results(key, day, now=now, today=today, reason=reason, actor=COMMAND_LINE)
    echo(f"«{key}» shows its results on {day}, not on {before}; nobody is told by mail")
    echo("results of later waves of the same people come on that day at the earliest")


async def open_named(
    key: str,
    settings: Settings,
    sample: Path | None,
    echo: Echo,
    *,
    trustees: Sequence[Path] = (),
) -> None:
    """Open a wave now and say how many were invited, and who holds the key."""
    wave = await find_wave(Login.WORKER, key)
    people = _people(wave, sample) if sample else ()
    now = clock.now()
    told: list[Rehearsed] = []

    async def rehearse(link: Link, wave_id: UUID) -> None:
        told.append(await rehearse_wave(link, wave_id, now=now))

    drawn = await open_wave(
        key,
        now=now,
        settings=settings,
        sample=people,
        trustees=[read_public(path) for path in trustees],
        rehearse=rehearse,
        spreads=await spreads(wave.population, wave.kind, now),
        actor=COMMAND_LINE,
    )
    for line in _rehearsal(told[0], wave.population):
        echo(line)
    if wave.population in WEIGHTED:
        for line in _population(read_population(now.astimezone(clock.OSLO).date()), now):
            echo(line)
    ahead = await outlook(wave.population, wave.kind, now, "en")
    for line in lines_of_outlook(ahead) if ahead else ():
        echo(line)
    await queue.enqueue("send_due_mail")
    await queue.enqueue("send_due_sms")
    await queue.close()
    for line in _invited(drawn):
        echo(line)
    opened = await find_wave(Login.WORKER, key)
    echo(promised_line(opened.promise))
    for line in _keys(opened, settings):
        echo(line)


def promised_line(key: str) -> str:
    """Repeat what a form promises, in English where the agency writes it."""
    return f"its form promises: {load_library().messages.text(key, as_language('en'))}"


def lines_of_outlook(ahead: Outlook) -> Iterator[str]:
    """Say on the command line how exact a wave will be."""
    yield f"if as many answer as in «{ahead.wave}», its headline index is expected"
    for place in ahead.places:
        yield f"  {place.name}: ± {place.margin:.1f} points, changes from {place.smallest:.1f} on"
    if units := ahead.units:
        least, middle, most = units.margin
        yield (
            f"  {units.number} units: ± {middle:.1f} points ({least:.1f} to {most:.1f}), changes"
            f" from {units.smallest[1]:.1f} ({units.smallest[0]:.1f} to {units.smallest[2]:.1f}) on"
        )
    if silent := ahead.silent:
        yield (
            f"  that is of those who answer: as those who do not may lie up to {silent.within:.0f}"
            f" points from them, pages show ± {silent.margin:.1f} for the whole"
        )


def _keys(opened: WaveRow, settings: Settings) -> Iterator[str]:
    for holder in opened.trustees:
        yield f"key holder: {holder.name}, fingerprint {holder.fingerprint}"
    if opened.trustees:
        yield "compare the fingerprints with both by phone; if one of the two loses the key or its"
        yield "passphrase before the wave is counted, its answers are lost"
    else:
        yield f"its key lies in {settings.key_folder} and belongs in no backup: without a copy of"
        yield "that file, losing this machine before closing loses the answers"
    if opened.promise == "promise.worker":
        yield "two key holders are the recommended way: without them, whoever has that file and the"
        yield "database finds out who answered what while the wave is open. Ask two before the next"
        yield "one opens, on the page /waves/KEY/keys: they need no command line (docs/trustees.md)"


def _people(wave: WaveRow, sample: Path) -> Sequence[Drawn] | Sequence[Listed]:
    """Read whom a wave invites that does not take them from the register."""
    text = decoded(read_bytes(sample))
    if wave.invite == "sample":
        return read_sample(text, load_library().questionnaire(wave.form))
    if wave.invite == "list":
        return read_list(text)
    raise OpeningRefused(wave.key, [f"it invites «{wave.invite}» and takes no file: --sample"])


def _invited(drawn: Draw) -> Iterator[str]:
    yield f"{drawn.key} is open: {drawn.invited} invited"
    if drawn.texts:
        yield f"{drawn.texts} of them by text message"
    if by_letter := drawn.invited - drawn.mails - drawn.texts:
        yield f"{by_letter} of them by letter: barometer wave letters {drawn.key} --format pdf"
    if drawn.not_reachable:
        yield f"{drawn.not_reachable} more are reached by nothing that is sent, and are counted"
    yield f"its key list is sha256 {drawn.key_list_hash}, as mails and letters say: post it too"


def _rehearsal(found: Rehearsed, population: str) -> Iterator[str]:
    if found.shown:
        yield (
            f"rehearsed with {found.answers} made-up answers, closed, published and taken back: "
            f"{found.shown} figures would be shown"
        )
    else:
        yield f"rehearsed with {found.answers} made-up answers: of so few nothing would be shown"
        yield f"  {_shown_from(population)}; if no more will answer, cancel it and invite more"
    for one in found.warnings:
        facts = ", ".join(
            ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            for name, value in one.items()
            if name != "code"
        )
        yield f"  {one['code'].replace('_', ' ')}" + (f": {facts}" if facts else "")


def _shown_from(population: str) -> str:
    if population == "public":
        return (
            f"the whole is shown from {PUBLIC_HEADLINE_EFFECTIVE} answers of equal weight on, "
            f"a group from {DISPLAY_LIMITS['public_group']}"
        )
    least = smallest_shown(population, LOWEST_MINIMUM_GROUP)
    return f"figures are shown from {least} answers on"


def _population(people: Population, now: datetime) -> Iterator[str]:
    folder = agency_folder() / FOLDER
    yield f"weighted to the population of {people.dated.isoformat()} ({people.source})"
    if people.approximate:
        yield "  that is approximate: before decisions rest on it, put the statistics agency's own"
        yield f"  figures in a file in {folder} (docs/formats/population.md)"
    elif people.is_old(now.date()):
        yield f"  that is more than three years ago: add a newer file in {folder}"


async def close_named(key: str, settings: Settings, echo: Echo) -> None:
    """Close a wave, count it, and publish it; one with trustees waits for them."""
    await changed_waves(settings.secret())
    try:
        async with working_on(key):
            if (await find_wave(Login.WORKER, key)).state == State.OPEN:
                await record(
                    Login.WORKER, now=clock.now(), actor=COMMAND_LINE, action="wave closed",
                    subject=key,
                )  # fmt: skip
            closed = await close_wave(key, key_dir=settings.key_folder, now=clock.now())
    except WaitsForTrusteesError as waits:
        echo(str(waits))
        return
    if closed is None:
        echo(f"{key} was counted before")
        await publish_named(key, settings, echo)
        return
    echo(f"{key} is closed: {closed.accepted} answers counted, {closed.refused} refused")
    await _published(key, closed.publication, echo)


async def cancel_named(
    key: str, reason: str, settings: Settings, echo: Echo, *, key_is_lost: bool = False
) -> None:
    """Cancel a draft or open wave; whatever was answered is dropped unopened.

    Raises
    ------
    KeyFileError
        If a key that is said to be lost lies here, or on a machine whose worker was heard of.
    """
    if key_is_lost:
        await _refuse_a_key_elsewhere(key)
    fresh = await cancel_wave(
        key,
        key_dir=settings.key_folder,
        now=clock.now(),
        reason=reason,
        actor=COMMAND_LINE,
        key_is_lost=key_is_lost,
    )
    if not fresh:
        echo(f"{key} was cancelled before")
        return
    wave = await find_wave(Login.WORKER, key)
    echo(f"{key} is cancelled: nothing was opened and nothing will be published")
    for told in await undestroyed_keys(settings.key_folder):
        if f"«{key}»" in told:  # its key lies on the host that opened it
            echo(told)
    for holder in wave.trustees:
        echo(f"key holder {holder.name} can destroy the key: barometer trustee destroy FILE")


async def _refuse_a_key_elsewhere(key: str) -> None:
    wave = await find_wave(Login.WORKER, key)
    for host in living(await list_hosts(Login.WORKER), clock.now()):
        if str(wave.id) in host.waves:
            raise KeyFileError(
                f"the key of «{key}» lies on {host.name}: the worker there counts it"
            )


async def count_named(
    key: str, settings: Settings, trustee_keys: Sequence[X25519PrivateKey], echo: Echo
) -> bool:
    """Empty the urn of a closed wave with its trustees' keys; tell whether this did it.

    Raises
    ------
    ClosingError
        If the wave is still open, or has no trustees.
    TrusteeError
        If the keys are not those of this wave's two trustees; nothing is lost then.
    """
    wave = await find_wave(Login.WORKER, key)
    if not wave.trustees:
        raise ClosingError(f"the wave «{key}» has no trustees: `barometer wave close {key}` counts")
    if wave.state in {"draft", "open"}:
        raise ClosingError(
            f"the wave «{key}» is {wave.state}: it is counted once it is closed, which happens the "
            f"night after {wave.closes_on}, or with `barometer wave close {key}`"
        )
    await changed_waves(settings.secret())
    async with working_on(key):
        closed = await close_wave(
            key, key_dir=settings.key_folder, now=clock.now(), trustee_keys=trustee_keys
        )
    if closed is None:
        echo(f"{key} was counted before")
        return False
    echo(f"{key} is counted: {closed.accepted} answers accepted, {closed.refused} refused")
    await _published(key, closed.publication, echo)
    echo("the keys were held in memory only; each key holder now destroys the own file and every")
    echo("copy of it: barometer trustee destroy FILE")
    return True


async def publish_named(
    key: str, settings: Settings, echo: Echo, *, correct: str | None = None
) -> None:
    """Count a closed wave and publish it, unless that is done; or correct it, and say why."""
    reason = "" if correct is None else reason_told(correct)
    wave = await find_wave(Login.WORKER, key)
    if reason and wave.state != State.PUBLISHED:
        raise PublishingError(f"«{key}» is {wave.state}: only what is published can be corrected")
    if wave.state == State.CLOSED:
        await close_named(key, settings, echo)
        return
    async with writing() as link:
        standing = await newest_version_of(link, key)
    if standing and standing.retracted and not reason:
        raise PublishingError(f"the figures of «{key}» were taken back: --correct publishes anew")
    async with working_on(key):
        publication = await publish_wave(key, now=clock.now(), correct=bool(reason), reason=reason)
    if reason and standing and publication == standing.id:
        echo(f"{key} comes out as it stands: nothing is published anew")
        return
    await _published(key, publication, echo)


async def _published(key: str, publication: UUID | None, echo: Echo) -> None:
    if publication is None:
        echo("too few answered: nothing of it is kept, and nothing can be shown")
        return
    shown_from = (await release_of(publication)).astimezone(clock.OSLO)
    echo(f"{key} is published as {publication}, shown from {shown_from:%Y-%m-%d %H:%M}")


async def verify_named(name: str, echo: Echo) -> int:
    """Recompute a publication; ``latest`` names the newest, ``latest:CAMPAIGN`` narrows.

    Returns
    -------
    int
        The exit code of what was found.
    """
    found = await recompute(await _publication(name))
    echo(found.sentence)
    return VERIFIED[found.verdict]


async def _publication(name: str) -> UUID:
    if name == "latest" or name.startswith("latest:"):
        found = await latest_id(name.partition(":")[2])
        if found is None:
            raise _no_publication(name)
        return found
    try:
        return UUID(name)
    except ValueError:
        raise _no_publication(name) from None


def _no_publication(name: str) -> UnknownPublicationError:
    return UnknownPublicationError(
        f"there is no publication «{name}»: name it latest, latest:CAMPAIGN, or its id"
    )
