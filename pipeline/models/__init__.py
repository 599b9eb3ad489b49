""".sql files: one, all of them, what they may do, running them, their checks, what they are."""
