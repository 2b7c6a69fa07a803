"""What a sample says of the bits that were not looked at: error rates, decoys, limits."""
