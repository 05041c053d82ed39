"""The specification file, read and checked before anything is computed.

The readers of sections that one module alone needs stand in that module.
"""
