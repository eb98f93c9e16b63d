"""Work that must not block the window; each kind has its own threads. Nothing here draws."""
