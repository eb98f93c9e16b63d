"""A generator of handwritten digits, and of drawings that are not digits."""
