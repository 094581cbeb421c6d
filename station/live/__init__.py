"""What every automatic capture over live frames has in common.

keeper    the best frame so far, everything else wiped
voice     one instruction at a time
"""
