"""Planting one fault at a time in the code that decides, to see whether a test finds it."""
