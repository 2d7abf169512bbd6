"""Scene: a problem and a look, as plain data; and load_scenes, which runs a scene file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animopt.lazy import fetcher

if TYPE_CHECKING:
    from animopt.scene.loading import check_file, load_scenes, scene_errors
    from animopt.scene.look import Look
    from animopt.scene.scene import Scene, check_scene
    from animopt.scene.space import Keyframes, Orbit, Space
    from animopt.scene.timeline import Timeline

__all__ = [
    "Keyframes",
    "Look",
    "Orbit",
    "Scene",
    "Space",
    "Timeline",
    "check_file",
    "check_scene",
    "load_scenes",
    "scene_errors",
]

# The names of panels, which the command line lists, cost no NumPy.
_MODULES = {
    "loading": ("check_file", "load_scenes", "scene_errors"),
    "look": ("Look",),
    "scene": ("Scene", "check_scene"),
    "space": ("Keyframes", "Orbit", "Space"),
    "timeline": ("Timeline",),
}
__getattr__ = fetcher("animopt.scene", _MODULES)
