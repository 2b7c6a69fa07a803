"""Networks of links: who is joined to whom, which keys there are, and how they are passed on."""
