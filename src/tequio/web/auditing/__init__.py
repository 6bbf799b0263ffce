"""What an auditor takes away: everything of a credit, readable without this program."""
