"""What stands beside the text that describes a component: which component it is, what can be done with it, and why not.

`targets` finds the worlds and functions of a WIT file that lenses stand on, `components` the component of a world and
the state it is in, `titles` what lenses say. Nothing here runs a guest or a toolchain.
"""
