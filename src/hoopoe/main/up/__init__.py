"""`hoopoe up`: everything in one command, started in order, watched, and stopped in order."""
