"""Small controls, one a file, each usable alone. None holds an algorithm or knows a page."""
