"""The benchmark runner; what it measures is measured by `make bench`."""
