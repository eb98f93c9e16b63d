"""Explanations of what a network says to a picture: plain records, no pixels on a screen."""
