"""What is built: nodes, fibres, the links that make keys over them, and files of them."""
