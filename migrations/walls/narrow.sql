-- What the versions before had and no version needs any more: run once none of them is left (docs/adr/0126).
-- the one that deleted at once
DROP FUNCTION IF EXISTS comments.remove(uuid);
-- the one that asked nobody who it was
DROP FUNCTION IF EXISTS comments.bring_back(uuid);
