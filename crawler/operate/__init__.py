"""What an archivist needs while crawls run unattended: expectations, health, the story of an address, timers."""
