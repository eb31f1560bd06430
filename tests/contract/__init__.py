"""The contract for scripts, described by the types of the program: `make contract` writes it to archive/contract."""
