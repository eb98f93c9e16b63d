"""Explanations of a network's answer to a picture, as plain records. Draws nothing on a screen."""
