"""Earlier results and others' figures, beside our own and never in the same line."""
