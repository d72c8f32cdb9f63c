"""The floor: the same pages by Django alone. Session, user, one UPDATE; no deadline, no history, no score."""
