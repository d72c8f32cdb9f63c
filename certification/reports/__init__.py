"""The read side of pages: what they count and list, as plain values."""
