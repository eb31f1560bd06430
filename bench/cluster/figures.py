"""A figure that is measured, and the goal that it has to reach."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure."""

    name: str
    measured: str
    goal: str = ""
    """"" if it only explains others."""
    is_reached: bool = True


def figure(name: str, measured: float, *, least: float | None = None, most: float | None = None) -> Figure:
    """Return a figure that is to be `least` or more, `most` or less."""
    goal = f"≥ {least:g}" if least is not None else f"≤ {most:g}" if most else "0"
    is_reached = (least is None or measured >= least) and (most is None or measured <= most)
    return Figure(name, f"{measured:.4g}", goal, is_reached)


def table(figures: list[Figure]) -> str:
    """Return the figures as a table in Markdown."""
    rows = [
        f"| {each.name} | {each.measured} | {each.goal}{'' if each.is_reached else ' (missed)'} |" for each in figures
    ]
    return "\n".join(["| figure | measured | goal |", "|---|---|---|", *rows])
