"""What the clinic keeps: takes and returns plain values, never a mapped row."""
