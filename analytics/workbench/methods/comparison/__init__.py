"""Domains of one sample against each other, tested with the covariances of the design."""
