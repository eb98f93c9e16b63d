"""What networks read, one file each: how a person's input becomes what a network was trained on."""
