"""`baotinh.toml`: values of options that need not be typed each time, and where each of them came from."""
