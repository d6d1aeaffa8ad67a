"""A stream of sentences watched: a published model says what each is about and how it sounds, and a surge of bad news is told."""
