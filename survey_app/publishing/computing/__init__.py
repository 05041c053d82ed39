"""From inputs to the content of a publication: no clock, no database."""
