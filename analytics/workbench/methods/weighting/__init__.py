"""Calibration to more than margins, again for replicates, and what uneven weights cost."""
