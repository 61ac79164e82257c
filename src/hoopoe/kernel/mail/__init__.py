"""Mail: put down in the transaction that it tells of, sent by a worker afterwards."""
