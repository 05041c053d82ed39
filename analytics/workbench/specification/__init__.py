"""The specification file, read and checked before anything is computed: one reader a section."""
