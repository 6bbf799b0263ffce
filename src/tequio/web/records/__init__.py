"""People, credits, agreements and movements: rows that are added to and never changed."""
