"""Measurements of speed and against what a team would otherwise pick: ratios taken in one run."""
