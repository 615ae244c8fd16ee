"""A built site, served and looked at by a browser: for tests and benchmarks."""
