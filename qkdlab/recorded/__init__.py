"""Recorded events in place of an exchange: what Alice and Bob of a kit, or of a simulator, wrote down."""
