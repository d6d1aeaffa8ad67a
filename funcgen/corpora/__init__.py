"""Hand-written corpora and what makes texts from them: corpus.py reads, phrasing.py and forms.py write, composition.py draws calls."""
