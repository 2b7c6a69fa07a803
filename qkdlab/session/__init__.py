"""Exchange → distillation → verdict: a whole session, and its report."""
