"""Stands where JupyterLite's installer would: this site has all its packages, and asks no index."""

from .piplite import install

__all__ = ["install"]
