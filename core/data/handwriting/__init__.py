"""A generator of handwritten digits, and of things that are no digits."""
