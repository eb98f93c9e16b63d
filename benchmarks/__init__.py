"""One script per promise. Each offers `measure() -> list[Result]`; see `benchmarks.report`."""
