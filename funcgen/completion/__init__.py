"""Completions of prompts: how each family of networks writes token by token (steppers), and what is searched for among the tokens."""
