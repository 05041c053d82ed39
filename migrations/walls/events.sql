-- The planner's statistics would keep what an event was called, also once it is taken away.
-- Run after every migration.
ALTER TABLE events.event ALTER COLUMN text_nb SET STATISTICS 0,
    ALTER COLUMN text_nn SET STATISTICS 0,
    ALTER COLUMN text_en SET STATISTICS 0;
