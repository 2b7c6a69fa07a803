"""What stands in the other tabs: a relay step by step, an hour of requests, two networks compared."""
