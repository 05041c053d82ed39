"""A base backup, and the server that somebody starts from it later."""

from __future__ import annotations

from pathlib import Path

from survey_app.shared.embedded.places import make_folder, private_place, socket_folder
from survey_app.shared.embedded.postgres import PORT, EmbeddedPostgres, _run
from tests.attack.host import give_to_service


def back_up(server: EmbeddedPostgres, data_dir: Path) -> Path:
    """Copy the running server as `pg_basebackup` does, without its log; return the folder."""
    shelf = make_folder(private_place(data_dir) / "postgres-backups")
    target = make_folder(shelf / f"base-{len(list(shelf.iterdir()))}") / "postgres"
    _run(
        server.binaries / "pg_basebackup",
        ["-X", "none", "-c", "fast", "-D", str(target), "-d", server.url()],
    )
    return target


def restore(server: EmbeddedPostgres, backup: Path, log: Path, *, until: str) -> EmbeddedPostgres:
    """Start a second server from a backup and the log that was kept.

    Parameters
    ----------
    log : Path
        Folder of segments.
    until : str
        Place in the log at which to stop: just before the urn was emptied.
    """
    settings = (
        f'restore_command = \'cp "{log}/%f" "%p"\'\n'
        f"recovery_target_lsn = '{until}'\n"
        "recovery_target_action = 'promote'\n"
        "recovery_target_timeline = 'current'\n"
    )
    with (backup / "postgresql.auto.conf").open("a") as file:
        file.write(settings)
    (backup / "recovery.signal").touch()
    place = backup.parent
    socket = make_folder(socket_folder(place), mode=0o755)
    give_to_service(backup)
    options = f"-c listen_addresses='' -c unix_socket_directories='{socket}' -p {PORT}"
    _run(
        server.binaries / "pg_ctl",
        ["-D", str(backup), "-l", str(backup / "server.log"), "-o", options, "-w", "start"],
    )
    return EmbeddedPostgres(place, place)
