"""The command `station`, one file per sub-command."""
