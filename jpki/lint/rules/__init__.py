"""The rules, one a file; `jpki.lint.registry` is the list of them."""
