"""What makes a message somebody's: tags, and the account of the bits they cost."""
