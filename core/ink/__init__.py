"""Ink: pen strokes and pictures of handwriting, put into the frame that a network reads. numpy and Pillow only."""
