"""Runs: the configuration of a run, and the folder that keeps it. Importing this package does not load torch."""
