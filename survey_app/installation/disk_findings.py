"""Whether this host's disks have room, told also where no database can be asked."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from survey_app.installation.alarms.host import disks_of
from survey_app.installation.alarms.looks import of_disk
from survey_app.installation.findings import Inspection, Sign

if TYPE_CHECKING:
    from survey_app.settings import Settings


def disk_findings(chosen: Settings) -> list[Inspection]:
    """Look at the disks of the data folder and of the wave keys, not at a database elsewhere."""
    full = [disk for disk in disks_of(chosen) if disk.nearly_full]
    if full:
        return [Inspection(Sign.BAD, of_disk(disk, socket.gethostname()).sentence) for disk in full]
    return [Inspection(Sign.GOOD, "disk: the data folder and the keys of waves have room")]
