"""The learning rate over the steps of a training, as a factor on the optimizer's own."""

import math

from funcgen import sections


def warmup_steps(max_steps: int, schedule: sections.Schedule) -> int:
    """How many steps the warm-up takes: those that the schedule says, or the share of `max_steps`, rounded."""
    return schedule.warmup_steps or round(schedule.warmup_share * max_steps)


def share_of_rate(step: int, max_steps: int, schedule: sections.Schedule) -> float:
    """The factor at `step` (0-based): linear warm-up to 1, then what the schedule's name says.

    `constant`: 1. `linear` and `cosine` (Loshchilov and Hutter 2017): down to final_share at max_steps. `wsd`, warm-up, stable,
    decay (Hu et al. 2024): 1, then down to final_share over the last decay_share of max_steps, by 1 - sqrt (Hägele et al. 2024).
    `inverse_square_root` (Vaswani et al. 2017): sqrt(warm-up / steps done), the warm-up at least a step, to no end.
    """
    warmup = warmup_steps(max_steps, schedule)
    if step < warmup:
        return (step + 1) / warmup
    if schedule.name == "constant":
        return 1.0
    if schedule.name == "inverse_square_root":
        return math.sqrt(max(1, warmup) / (step + 1))
    start = max_steps * (1 - schedule.decay_share) if schedule.name == "wsd" else warmup
    progress = max(0.0, step - start) / max(1, max_steps - start)
    heights = {"linear": 1 - progress, "cosine": 0.5 * (1 + math.cos(math.pi * progress)), "wsd": 1 - math.sqrt(progress)}
    return schedule.final_share + (1 - schedule.final_share) * heights[schedule.name]
