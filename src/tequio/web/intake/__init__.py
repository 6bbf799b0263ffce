"""Money that comes in by files: read, matched with credits, kept to the last centavo."""
