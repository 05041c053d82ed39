"""Figures as inline SVG: geometry in Python, drawing in Jinja macros, no script and no style."""
