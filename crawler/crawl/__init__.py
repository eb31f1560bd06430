"""Crawls of several sites in one process: what they are asked to do, how they run, what they came to."""
