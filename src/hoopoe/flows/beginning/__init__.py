"""What starts flows without anybody writing: another system that calls a secret address, and schedules.

Both put an input into the lane of each conversation, so that it is in order with everything else there.
"""
