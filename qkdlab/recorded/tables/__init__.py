"""Files of any layout, read in blocks as tables of the columns that a recording has."""
