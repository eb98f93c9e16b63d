"""What the application ships beside its code: weights, lessons, icons, translations. Holds no code but what keeps them up to date."""
