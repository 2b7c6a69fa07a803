"""The picture of the two sites."""
