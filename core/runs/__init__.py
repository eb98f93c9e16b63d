"""Runs: what was asked for, and what lies in the folder of a run. Importing this package does not load torch."""
