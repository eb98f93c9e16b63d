"""The architectures that read images, one file each. `core.models` lists them."""
