"""Pictures of worlds and components as the Component Model draws them: a box, imports left, exports right.

`figure` is what is drawn, `of_world` and `of_component` make it, `svg` draws it. Pure: nothing here runs anything, and
a hostile binary costs no more than a bounded amount of time.
"""

from .figure import Figure, Port, Subject, Wire
from .of_component import component_figure, module_figure
from .of_world import scope_figure, world_figure
from .svg import Drawing, draw

__all__ = [
    "Drawing",
    "Figure",
    "Port",
    "Subject",
    "Wire",
    "component_figure",
    "draw",
    "module_figure",
    "scope_figure",
    "world_figure",
]
