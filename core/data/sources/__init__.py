"""The datasets, one file each. `core.data` lists them."""
