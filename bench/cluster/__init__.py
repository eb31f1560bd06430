"""What a cluster survives and costs: `make bench-cluster`."""
