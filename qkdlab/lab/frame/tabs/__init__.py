"""What stands in the tabs that every panel has: settings to save, downloads, and a run that is kept."""
