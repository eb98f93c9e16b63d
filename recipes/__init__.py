"""How the ready-made networks are trained, measured and described. No application code imports it."""
