"""What the notebooks of the gallery run: a module for each figure, which imports the package.

Each has a function ``stored``, which makes the rows that are kept in ``data`` beside the notebook
(``python -m tools.gallery_sweeps NAME``).
"""
