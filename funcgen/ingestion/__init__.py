"""From a task's rows to examples in three splits: what is unusable rejected, what repeats left out, nothing lost and nothing leaked."""
