"""Forms drawn from classes of settings. They know how settings are declared, but no particular one."""
