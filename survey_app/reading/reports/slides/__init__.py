"""A report as slides: a quiet template, native charts and tables that can be edited."""
