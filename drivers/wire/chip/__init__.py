"""What a terminal says to the chip of a title (ICAO Doc 9303-10 and -11): bytes and values only.

files       which files there are, and the commands that read one
keys        keys derived from what is printed on the title, or from a shared secret
points      the few operations on curve points that a library does not offer
messaging   commands and answers under secure messaging
bac, pace   the two ways in
infos       the protocols a chip announces
proofs      chip and active authentication
terminal    terminal authentication
"""
