"""An agency and a public that do not exist, asked by the ordinary ways."""
