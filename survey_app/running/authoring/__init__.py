"""Pages on which a version of an instrument is written, read by a second person, and released."""
