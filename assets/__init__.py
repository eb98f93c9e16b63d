"""What the application ships beside its code: weights, lessons, icons, and translations with what updates them."""
