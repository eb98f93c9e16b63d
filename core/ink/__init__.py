"""Puts pen strokes and pictures of handwriting into the frame that a network reads. Uses only numpy and Pillow."""
