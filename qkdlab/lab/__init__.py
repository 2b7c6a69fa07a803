"""What a learner sees: components, panels and the machinery under them.

Nothing else in the package imports this.

- ``components``: one widget a file; draws plain data, knows no physics.
- ``words``: every word that a learner reads.
- ``runner``: runs a session in the background; the newest request wins.
- ``fallback``: a picture beside a live widget, for readers without a kernel.
- ``keyboard``: keeps the notebook's shortcuts away from a panel.
"""
