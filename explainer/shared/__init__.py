"""What several figures compute with: one setting of the networks, items, measured tables."""
