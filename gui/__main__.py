"""`neurarium` and `python -m gui`: the window, or with arguments the command line, which needs no Qt."""

import sys


def main() -> None:
    """Starts one or the other and exits with its code."""
    if len(sys.argv) > 1:
        from core import cli

        cli.main()
    else:
        from gui import app

        sys.exit(app.main())


if __name__ == "__main__":
    main()
