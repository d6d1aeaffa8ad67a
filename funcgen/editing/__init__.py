"""Edit programs: words and the space between them, programs as text, their execution, the cheapest program, what may be written next."""
