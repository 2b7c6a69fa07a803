"""Ways through a network: shortest, disjoint, and over what is in stock."""
