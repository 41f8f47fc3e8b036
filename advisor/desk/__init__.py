"""The desk: a process beside the interface that does whatever takes longer than a key press."""
