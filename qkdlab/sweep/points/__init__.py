"""What a sweep goes over: dotted names of settings, designs, and what tells a point from another."""
