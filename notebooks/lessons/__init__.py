"""Small runs that single cells of the notebooks beside this folder show; nothing else uses them."""
