"""Financial news: what a sentence is about, and how it sounds, told by words alone."""
