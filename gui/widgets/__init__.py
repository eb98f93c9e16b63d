"""Small controls, one a file, each usable alone. None contains an algorithm or knows a page."""
