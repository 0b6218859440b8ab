"""What an editor asks about call files, one module per question: pure functions of a view, plain data out.

Answers are in the words that the features of WIT use, so that a server converts both alike. `places.py` says what each
word is, and everything that is about a word starts there.
"""
