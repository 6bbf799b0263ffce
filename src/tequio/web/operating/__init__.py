"""What keeps an installation alive: backups that were restored once, and its examination."""
