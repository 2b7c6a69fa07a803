"""What a session depends on, checked, and as JSON."""
