"""Evidence kept and judged again."""
