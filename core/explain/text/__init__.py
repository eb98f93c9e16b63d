"""Explanations of a network's answer to a sentence, as plain records. Draws nothing on a screen."""
