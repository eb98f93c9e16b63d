"""Explanations of what a network says to a sentence: plain records, no screen."""
