"""What an editor asks about a text, one module per question: pure functions of a snapshot, plain data out.

Positions are characters from the start of a file. All difficulty that two features share is in mentions.py (which
names an element has, by the grammar alone), symbols.py (what a name is, by identity) and target.py (what is under the
cursor).
"""
