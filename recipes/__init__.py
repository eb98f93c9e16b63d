"""The networks that come with the program: how each is trained, measured, described. No application code imports it."""
