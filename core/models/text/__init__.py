"""The architectures that read text, one file each. `core.models` lists them."""
