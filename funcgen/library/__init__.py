"""The library of the strategy retrieval: expressions of training texts, how often each was found, and the choice of one for an input."""
