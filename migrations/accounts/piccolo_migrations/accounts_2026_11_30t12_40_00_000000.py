from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine import engine_finder

ID = "2026-11-30T12:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Write addresses of accounts with one sign for each letter"

# one is looked for as it is written from now on; where two accounts differ by that alone, the one
# that is written so already keeps the address, else the older one
_WRITE = """
DO $$ BEGIN
IF getdatabaseencoding() <> 'UTF8' THEN
    RETURN;
END IF;
UPDATE accounts.account a SET email = normalize(a.email, NFC)
WHERE a.email IS NOT NFC NORMALIZED AND a.id = (
    SELECT b.id FROM accounts.account b WHERE normalize(b.email, NFC) = normalize(a.email, NFC)
    ORDER BY b.email IS NFC NORMALIZED DESC, b.created_at, b.id LIMIT 1
);
UPDATE accounts.invitation i SET email = normalize(i.email, NFC)
WHERE i.email IS NOT NFC NORMALIZED
    AND NOT EXISTS (SELECT FROM accounts.account a WHERE a.email = i.email);
UPDATE accounts.notice n SET email = normalize(n.email, NFC)
WHERE n.email IS NOT NFC NORMALIZED
    AND NOT EXISTS (SELECT FROM accounts.account a WHERE a.email = n.email);
END $$
"""


async def write():
    await engine_finder().run_ddl(_WRITE)


async def nothing():
    # the version before finds an address that is typed with one sign for each letter
    pass


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="accounts", description=DESCRIPTION
    )
    manager.add_raw(write)
    manager.add_raw_backwards(nothing)
    return manager
