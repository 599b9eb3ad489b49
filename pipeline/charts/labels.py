"""Where to write labels so that none covers another: along a margin, or around the points of a plane."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise, product
from typing import Any, NamedTuple

from pipeline.charts.drawing import Mark, Side, label
from pipeline.charts.fonts import widest
from pipeline.charts.theme import LINE

Point = tuple[float, float]
STEPS = (1.0, 0.75, 0.5, 0.25, 0.0, -0.25, -0.5, -0.75, -1.0)
# Where a label may be around its point: (1, 0) at its right, (0, 1) over it.
SIDES = [(h, v) for h, v in product(STEPS, STEPS) if 1.0 in (abs(h), abs(v))]
DISTANCES = (8.0, 17.0, 30.0, 46.0, 66.0)  # px from the point
NEAR = 2 * len(SIDES)  # places, the first ones, at which a label needs no line to its point
RADIUS = 5.0  # px around a point
MARGINS = (-2.0, -2.0, 2.0, 2.0)  # px around a label
DOTS = 8.0  # px between two points of a line that labels avoid
# Costs, beside a pixel of distance, of each point of a line that is covered. Points and labels never are.
CROSSES, ON_A_LINE = 2_500.0, 6.0
LEADER = (0.15, 0.3, 0.45, 0.6, 0.75, 0.9)  # parts of a line at which it is looked whether it crosses something
PASSES = 2


def spread(middles: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Middles moved as little as possible (least squares) so that blocks of these heights keep their order and do not
    overlap between `low` and `high`, as long as these have room for all."""
    order = sorted(range(len(middles)), key=lambda i: middles[i])
    above = [0.0, *accumulate(heights[i] for i in order)]
    # Less what is above them, tops only have to keep their order (isotonic regression): those that touch move as one.
    groups: list[tuple[float, int]] = []
    for i, before in zip(order, above, strict=False):
        total, count = middles[i] - heights[i] / 2 - before, 1
        while groups and groups[-1][0] / groups[-1][1] > total / count:
            total, count = total + groups[-1][0], count + groups.pop()[1]
        groups.append((total, count))
    tops = [max(low, min(high - above[-1], total / count)) for total, count in groups for _ in range(count)]
    placed = {i: top + before + heights[i] / 2 for i, top, before in zip(order, tops, above, strict=False)}
    return [placed[i] for i in range(len(middles))]


def along(line: Sequence[Point]) -> list[Point]:
    """Points along a line, evenly spaced."""
    points = []
    for (x0, y0), (x1, y1) in pairwise(line):
        count = max(1, round(abs(x1 - x0) / DOTS))
        points += [(x0 + (x1 - x0) * k / count, y0 + (y1 - y0) * k / count) for k in range(count)]
    return points


class Placed(NamedTuple):
    """The label of a point as `drawing.labels` writes it, and the end of the line that leads to it where it is far."""

    mark: Mark
    leader: Point | None


def place(
    points: Sequence[Point], names: Sequence[Sequence[str]], frame: Point, lines: Sequence[Point]
) -> list[Placed | None]:
    """The label of each point, the first ones served first, in a frame of so many pixels.

    Args:
        points: middles, in pixels.
        names: the lines of each label, none for a point that is not to be named.
        lines: points of the lines that labels should rather not cover.

    Returns:
        Labels that cover no point nor one another; None where there is no room for one, or no name.
    """
    import numpy as np  # noqa: PLC0415 (slow to import, and few charts need it)

    spots, dots = (np.array(pairs, dtype=float).reshape(-1, 2) for pairs in (points, lines))
    rounds = np.hstack([spots - RADIUS, spots + RADIUS])
    chosen: dict[int, tuple[Any, Any]] = {}  # a label's box, and points of the line to it, none where it is near
    for _ in range(PASSES):
        for i, name in enumerate(names):
            if not name or (i in chosen and not len(chosen[i][1])):
                continue
            chosen.pop(i, None)
            boxes, leaders, far = around(spots[i], widest(name), LINE * len(name))
            taken = np.vstack([np.delete(rounds, i, axis=0), *(box + MARGINS for box, _ in chosen.values())])
            led = np.vstack([np.empty((0, 2)), *(leader for _, leader in chosen.values())])
            crossed = holds(taken, leaders.reshape(-1, 2)).sum(axis=0).reshape(len(leaders), -1).sum(axis=1)
            costs = far + ON_A_LINE * holds(boxes, dots).sum(axis=1) + CROSSES * holds(boxes, led).sum(axis=1)
            costs[NEAR:] += CROSSES * crossed
            costs[overlap(boxes, taken).any(axis=1) | (boxes[:, :2] < 0).any(axis=1)] = np.inf
            costs[(boxes[:, 2:] > frame).any(axis=1)] = np.inf
            best = int(np.argmin(costs))
            if np.isfinite(costs[best]):
                chosen[i] = boxes[best], leaders[max(0, best - NEAR)][: len(LEADER) * (best >= NEAR)]
    return [to_label(points[i], names[i], *chosen[i]) if i in chosen else None for i in range(len(points))]


def around(point: Any, width: float, height: float) -> tuple[Any, Any, Any]:
    """The boxes (n × 4: left, top, right, bottom) tried for a label of that size, the nearest first; points of the
    lines that lead to the far ones; the costs of all where nothing else is."""
    import numpy as np  # noqa: PLC0415

    half = np.array([width / 2, height / 2])
    # In a corner of its point, a label may come nearer.
    moves = [
        (h * (half[0] + d * (1 - abs(v) / 2)), -v * (half[1] + d * (1 - abs(h) / 2)))
        for d in DISTANCES
        for h, v in SIDES
    ]
    boxes = np.hstack([point + moves - half, point + moves + half])
    tips = np.clip(point, boxes[NEAR:, :2], boxes[NEAR:, 2:])
    leaders = point + np.array(LEADER)[:, None] * (tips[:, None] - point)
    sides = [3.0 * abs(v) + (h <= 0) for h, v in SIDES]
    return boxes, leaders, np.repeat(DISTANCES, len(SIDES)) + np.tile(sides, len(DISTANCES))


def to_label(point: Point, name: Sequence[str], box: Any, leader: Any) -> Placed:
    """A name in its box, on the side of its point."""
    (x, y), (x0, y0, x1, y1) = point, box.tolist()
    side: Side = "left" if x0 > x else "right" if x1 < x else "center"
    edge = {"left": x0, "right": x1, "center": (x0 + x1) / 2}[side]
    end = (max(x0, min(x1, x)), max(y0 + 2, min(y1 - 2, y)))
    return Placed({"side": side, **label(name, edge - x, (y0 + y1) / 2 - y)}, end if len(leader) else None)


def overlap(boxes: Any, others: Any) -> Any:
    """Whether each box overlaps each of the others."""
    x = (boxes[:, :1] < others[:, 2]) & (boxes[:, 2:3] > others[:, 0])
    return x & (boxes[:, 1:2] < others[:, 3]) & (boxes[:, 3:] > others[:, 1])


def holds(boxes: Any, points: Any) -> Any:
    """Whether each box holds each point."""
    return overlap(boxes, points[:, [0, 1, 0, 1]])
