"""The audit: what follows in exact arithmetic, asked without knowing how cells were chosen."""
