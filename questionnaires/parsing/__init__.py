"""From TOML to values: one file per kind of content, problems noted along the way."""
