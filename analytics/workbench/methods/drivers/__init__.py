"""Drivers of graded answers, and drivers with gaps among the predictors."""
