"""The networks that come with the program: how each is trained, measured and described. Nothing else imports this."""
