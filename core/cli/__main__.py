"""`python -m core.cli`: the command line where the window's packages are not installed."""

from core.cli import main

main()
