"""What writes: every function here works inside the transaction of its caller, and none begins or ends one."""
