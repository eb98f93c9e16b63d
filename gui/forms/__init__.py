"""Forms built from settings classes. They know how settings are declared, but no particular settings class."""
