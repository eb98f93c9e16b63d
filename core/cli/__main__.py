"""`python -m core.cli`: the command line on a computer without the packages of the window."""

from core.cli import main

main()
