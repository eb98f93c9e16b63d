"""The window: everything that knows Qt. It imports core and is imported by nobody."""
