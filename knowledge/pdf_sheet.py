"""A PDF page as it is looked at: cut to its visible part and turned the way it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points (1/72 inch)."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where the visible part of a page lies in the coordinates of its file, and by how much it is turned.

    Args:
        visible: the part that is shown, in the coordinates of the file.
        turned: clockwise, in degrees: 0, 90, 180 or 270.
    """

    visible: Box
    turned: int

    @classmethod
    def of(cls, printed: Any) -> Sheet:
        """The sheet of an opened page."""
        return cls(printed.get_bbox(), printed.get_rotation())

    @property
    def width(self) -> float:
        """Points from the left to the right edge, as shown."""
        return self._size[self.turned % 180 // 90]

    @property
    def height(self) -> float:
        """Points from the foot to the head, as shown."""
        return self._size[1 - self.turned % 180 // 90]

    @property
    def _size(self) -> tuple[float, float]:
        left, bottom, right, top = self.visible
        return right - left, top - bottom

    def shown(self, box: Box) -> Box:
        """A box of the file as it is shown, counted from the lower left corner of what is shown."""
        origin_x, origin_y, *_ = self.visible
        left, bottom, right, top = box[0] - origin_x, box[1] - origin_y, box[2] - origin_x, box[3] - origin_y
        wide, high = self._size
        return {
            0: (left, bottom, right, top),
            90: (bottom, wide - right, top, wide - left),
            180: (wide - right, high - top, wide - left, high - bottom),
            270: (high - top, left, high - bottom, right),
        }[self.turned]

    def stored(self, box: Box) -> Box:
        """The box of the file behind one that is shown; undoes ``shown``."""
        left, bottom, right, top = box
        wide, high = self._size
        turned_back: Box = {
            0: (left, bottom, right, top),
            90: (wide - top, left, wide - bottom, right),
            180: (wide - right, high - top, wide - left, high - bottom),
            270: (bottom, high - right, top, high - left),
        }[self.turned]
        origin_x, origin_y, *_ = self.visible
        left, bottom, right, top = turned_back
        return left + origin_x, bottom + origin_y, right + origin_x, top + origin_y

    def shows(self, box: Box) -> bool:
        """Whether any of a box, given as it is shown, lies on the sheet."""
        left, bottom, right, top = box
        return right > 0 and top > 0 and left < self.width and bottom < self.height
