"""What a learner opens below the map: a relay step by step, an hour of requests, two networks compared."""
