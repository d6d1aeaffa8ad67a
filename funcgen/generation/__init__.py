"""From prompts to texts: networks asked for expressions, under a grammar, and one of several candidates chosen."""
