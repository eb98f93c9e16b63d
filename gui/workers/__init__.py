"""Work that must not hold the window up, each kind in threads of its own. Nothing here draws."""
