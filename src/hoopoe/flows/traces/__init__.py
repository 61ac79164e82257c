"""What flows did, to read: why a bot said something, and how often each node and edge was taken."""
