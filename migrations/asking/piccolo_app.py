"""Piccolo's app for the schema ``asking``."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from survey_app.asking.campaigns.tables import (
    Campaign,
    CampaignAct,
    Clock,
    Counter,
    FrozenQuestionnaire,
    KeyHolder,
    AgencyLimits,
    ArrivalAlarm,
    SealingAlarm,
    Wave,
    WaveAct,
    WaveDomain,
    WaveNight,
    WaveProposal,
    WaveWork,
)
from survey_app.asking.delivery.tables import OutboxMessage, ToldReturned, TrialMail
from survey_app.asking.instruments.tables import InstrumentVersion, VersionComment
from survey_app.asking.invitations.tables import CardPile, Credential, CredentialKey, Invitation, PooledCard, SampleCount, TypedCode
from survey_app.asking.directory.tables import DirectoryPerson
from survey_app.asking.letters.tables import LetterRequest, LetterRun, MailboxLetter
from survey_app.asking.pilots.tables import Pilot
from survey_app.asking.people.tables import FormerUnit, Person, RegisterUpload, Unit, UnitLink, UnitLinkAct
from survey_app.installation.alarms.tables import AlarmLetter, AlarmReader, AlarmRow, Host

APP_CONFIG = AppConfig(
    app_name="asking",
    migrations_folder_path=Path(__file__).parent / "piccolo_migrations",
    table_classes=[Unit, Person, FrozenQuestionnaire, Campaign, Wave, WaveDomain, WaveWork, Clock, Invitation, SampleCount, OutboxMessage, Credential, CredentialKey, TypedCode, LetterRun, KeyHolder, Counter, SealingAlarm, RegisterUpload, WaveAct, TrialMail, LetterRequest, FormerUnit, UnitLink, WaveNight, CampaignAct, ArrivalAlarm, WaveProposal, UnitLinkAct, InstrumentVersion, PooledCard, CardPile, VersionComment, DirectoryPerson, AgencyLimits,
        Host, AlarmRow, AlarmReader, AlarmLetter, Pilot, MailboxLetter, ToldReturned],
    migration_dependencies=[],
)
