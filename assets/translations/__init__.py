"""Catalogues of what the program says, one folder a language: edited as `.po`, read by the program as `.mo`."""
