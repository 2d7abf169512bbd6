"""Explorer: a scene with sliders, simulated and redrawn at every change."""

from __future__ import annotations

import asyncio
import base64
import html
import math
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any
from uuid import uuid4

import ipywidgets as widgets
import numpy as np

from animopt.errors import AnimoptError
from animopt.notebook.clickable import Clickable
from animopt.notebook.redraw import Redrawer, Simulator
from animopt.optimizers import Optimizer
from animopt.picture.clock import clock
from animopt.picture.picture import Picture
from animopt.picture.space.relief import Relief
from animopt.scene import Scene

# Changes within so many seconds are drawn once; after so many without one, the still is renewed.
_TOGETHER, _REST = 0.005, 0.4
_LAYOUT = {"width": "auto"}


class Explorer:
    """A scene and its controls; displayed as the last line of a cell.

    Attributes:
        scene: the scene with the current values, or with the last valid ones.
        controls: each control by the name of what it sets, with the labels of the original scene:
            "adam.lr", "start.x", "steps", "elev", ...
        step: the slider of the step that is shown.
        image: the picture; a click on the contours moves the start there.
        sentence: the error messages for invalid values.
    """

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._simulator, self._redrawer = Simulator(), Redrawer()
        self._simulation = self._simulator.run(scene)
        self._waiting: asyncio.TimerHandle | None = None
        self._resting: asyncio.TimerHandle | None = None
        self._redrawer.png(self._simulation, scene.look, scene.problem.steps)
        # Derived labels change with their settings; the controls keep their names.
        self._names = scene.names
        self.controls = {
            **{
                f"{optimizer.label}.{name}": control
                for optimizer in scene.simulated
                for name, control in _hyperparameters(optimizer).items()
            },
            **_start(scene),
            **_steps(scene),
            **_angles(self._redrawer.picture),
        }
        self._first = self._valid = self._read()
        self.image = Clickable(still=f"animopt-{uuid4().hex}")
        self._still: Any = None
        self.sentence = widgets.HTML()
        self._legend = widgets.HTML()
        steps = scene.problem.steps
        self.step = widgets.IntSlider(
            steps, 0, steps, description="step", layout={"width": "300px"}
        )
        for control in (*self.controls.values(), self.step):
            control.observe(self._changed, "value")
        self.image.observe(self._clicked, "place")
        # Side by side where there is room: a panel that is squeezed has no room for its numbers.
        self.widget = widgets.HBox(
            [self._picture(), self._panel()], layout={"flex_flow": "row wrap"}
        )
        self._draw()

    def render(self, path: str | Path, **options: Any) -> Path:
        """Write the scene with the current values; options as in ``animopt.render``."""
        from animopt.pipeline.rendering import render

        return render(self.scene, path, **options)

    def update(self) -> None:
        """Simulate and draw the current values; in place of an invalid one stays the last valid."""
        self._waiting = None
        values = self._read()
        try:
            self._take(values)
            problems = []
        except AnimoptError:
            problems = list(self._take_each(values))
        told = (f'<b style="color:#cb112b">{html.escape(each)}</b>' for each in problems)
        self.sentence.value = "<br>".join(told)
        self._reach(self.scene.problem.steps)
        self._draw()

    def _reach(self, last: int) -> None:
        """Let the step go as far as the scene does; where it was the last one, it still is."""
        if last == self.step.max:
            return
        value = last if self.step.value == self.step.max else min(self.step.value, last)
        for control in (self._play, self.step):
            with control.hold_trait_notifications():
                control.max, control.value = last, value

    def reset(self, *_: object) -> None:
        """Give every control the value that it had at first."""
        for name, value in self._first.items():
            self.controls[name].value = value

    def _read(self) -> dict[str, Any]:
        return {name: control.value for name, control in self.controls.items()}

    def _take(self, values: dict[str, Any]) -> None:
        """Simulate the scene with these values, or raise and change nothing."""
        scene = self._scene_with(values)
        self._simulation = self._simulator.run(scene)
        self.scene, self._valid = scene, values

    def _take_each(self, values: dict[str, Any]) -> Iterator[str]:
        """Take the values that are valid, and yield a sentence on each that is not."""
        for name, value in values.items():
            if value != self._valid[name]:
                try:
                    self._take(self._valid | {name: value})
                except AnimoptError as error:
                    yield str(error)

    def _scene_with(self, values: dict[str, Any]) -> Scene:
        changed: list[Any] = []
        for owner, optimizer in zip(self._names, self.scene.problem.optimizers, strict=True):
            if not isinstance(optimizer, Optimizer):
                changed.append(optimizer)
                continue
            names = {name: f"{owner}.{name}" for name in optimizer.hyperparameters}
            own = {name: values[control] for name, control in names.items() if control in values}
            changed.append(optimizer.replace(**own))
        more: dict[str, Any] = {
            name: values[name] for name in ("steps", "elev", "azim") if name in values
        }
        if "start.x" in values:
            more["start"] = (values["start.x"], values["start.y"])
        return self.scene.replace(optimizers=changed, **more)

    def _draw(self) -> None:
        about = f"{self.scene.problem.surface.name} at step {self.step.value}"
        self.image.alternative = f"{about}: {', '.join(self.scene.names)}"
        self.image.png = self._redrawer.png(self._simulation, self.scene.look, self.step.value)
        self.image.clickable = "start.x" in self.controls and self._redrawer.has_plane
        self._legend.value = self._losses()
        titles = dict(zip(self._names, self.scene.names, strict=True))
        for i, owner in enumerate(self._groups()):
            self._accordion.set_title(i, titles.get(owner, owner))

    def _losses(self) -> str:
        """Return the legend in HTML: colour, label and current loss of each optimizer."""
        rows = []
        for run in self._redrawer.picture.paths:
            loss = run.values[self.step.value]
            shown = f"{loss:.4g}" if np.isfinite(loss) else f"diverged at step {run.diverged}"
            dot = f'<td style="color:{run.color}">&#9679;</td>'
            label = f"<td>{html.escape(run.label)}</td>"
            rows.append(f'<tr>{dot}{label}<td style="text-align:right">{shown}</td></tr>')
        return f"<table>{''.join(rows)}</table>"

    def _picture(self) -> Any:
        steps = self.scene.problem.steps
        moments = clock(self._simulation, self.scene.look)
        stride = max(1, round(steps / len(moments)))
        # So that all together they take as long as the film.
        seconds = math.fsum(time for _, time in moments)
        interval = round(1000 * seconds / len(range(0, steps + 1, stride)))
        self._play = widgets.Play(
            min=0, max=steps, step=stride, interval=max(interval, 20), description="play"
        )
        self._play.value = steps
        widgets.jslink((self._play, "value"), (self.step, "value"))
        again = widgets.Button(description="reset", layout={"width": "70px"})
        again.on_click(self.reset)
        return widgets.VBox(
            [self.image, widgets.HBox([self._play, self.step, again]), self.sentence]
        )

    def _groups(self) -> dict[str, list[Any]]:
        """Return the controls in groups: one for each optimizer, the start, the steps, the view."""
        groups: dict[str, list[Any]] = {}
        for name, control in self.controls.items():
            alone = "steps" if name == "steps" else "view"
            groups.setdefault(name.rpartition(".")[0] or alone, []).append(control)
        return groups

    def _panel(self) -> Any:
        self._accordion = widgets.Accordion([widgets.VBox(g) for g in self._groups().values()])
        self._accordion.selected_index = 0 if self.controls else None
        room = {"flex": "1 1 300px", "min_width": "280px", "max_width": "400px"}
        return widgets.VBox([self._legend, self._accordion], layout=room)

    def _changed(self, change: Any) -> None:
        """Schedule an update, for all changes until then, and a still, for when they end."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no event loop outside a notebook
            self.update()
            self._keep()
            return
        if self._waiting is None:
            self._waiting = loop.call_later(_TOGETHER, self.update)
        if self._resting is not None:
            self._resting.cancel()
        self._resting = loop.call_later(_REST, self._keep)

    def _keep(self) -> None:
        """Renew the still, three times the size of its picture, which no drag should wait for."""
        if self._still is not None:
            self._still.update(self._last_picture(), raw=True)

    def _clicked(self, change: Any) -> None:
        place = self._redrawer.locate(*change["new"])
        if place and self.image.clickable:
            for name, value in zip("xy", place, strict=True):
                self.controls[f"start.{name}"].value = value

    def _ipython_display_(self) -> None:
        """Display the sliders, and a still that is seen where they cannot be.

        They hide it as long as they live; a saved notebook has it for readers without a kernel.
        """
        from IPython.display import display

        sliders = self.widget._repr_mimebundle_()
        text = f"sliders for {', '.join(self.scene.names)}"
        display({**sliders, "text/plain": text}, raw=True)  # type: ignore[no-untyped-call]
        self._still = display(  # type: ignore[no-untyped-call]
            self._last_picture(), raw=True, display_id=self.image.still
        )

    def _last_picture(self) -> dict[str, Any]:
        png, about = self.image.png, html.escape(self.image.alternative)
        source = f"data:image/png;base64,{base64.b64encode(png).decode()}"
        shown = f'<img class="{self.image.still}" src="{source}" alt="{about}">'
        return {"text/html": shown, "image/png": png, "text/plain": self.image.alternative}


def _hyperparameters(optimizer: Optimizer) -> dict[str, Any]:
    rules = {f.name: f.metadata for f in fields(optimizer)}
    controls = {
        name: _control(name, value, rules.get(name, {}))
        for name, value in optimizer.hyperparameters.items()
    }
    return {name: control for name, control in controls.items() if control is not None}


def _control(name: str, value: Any, rule: Any) -> Any:
    """Return a control for a hyperparameter, or None for a schedule or a wrapped optimizer."""
    common = {"value": value, "description": name, "layout": _LAYOUT}
    if isinstance(value, bool):
        return widgets.Checkbox(**common)
    if isinstance(value, str):
        return widgets.Dropdown(options=rule.get("choices", (value,)), **common)
    if not isinstance(value, (int, float)):
        return None
    fits: Callable[[float], Any] = rule.get("test", lambda number: True)
    if fits(2.0) and not fits(1.5):
        return widgets.IntText(**common)
    if not fits(1.5):
        low, high = (0.0 if fits(0.0) else 0.001), (1.0 if fits(1.0) else 0.999)
        low, high = min(low, value), max(high, value)
        return widgets.FloatSlider(**common, min=low, max=high, step=0.001, readout_format=".3f")
    if value <= 0:
        return widgets.FloatText(**common)
    middle = math.log10(value)
    # Two decades to each side, as far as they are valid.
    low, high = (
        next(
            middle + side * d / 50
            for d in range(100, -1, -1)
            if fits(10 ** (middle + side * d / 50))
        )
        for side in (-1, 1)
    )
    return widgets.FloatLogSlider(**common, min=low, max=high, step=0.02, readout_format=".3g")


def _start(scene: Scene) -> dict[str, Any]:
    start = scene.plans.shared_start
    if start is None or scene.is_ensemble:
        return {}
    coordinates = zip("xy", start.tolist(), scene.look.bounds, strict=True)
    return {f"start.{name}": _coordinate(name, *where) for name, *where in coordinates}


def _coordinate(name: str, value: float, bounds: tuple[float, float]) -> Any:
    """Return a slider within the bounds; a browser shows a value only where it has a step."""
    low, high = bounds
    step = 10.0 ** math.floor(math.log10((high - low) / 500))
    return widgets.FloatSlider(
        value,
        min=value - step * max(0, math.floor((value - low) / step)),
        max=max(high, value),
        step=step,
        description=name,
        readout_format=".3g",
        layout=_LAYOUT,
    )


def _steps(scene: Scene) -> dict[str, Any]:
    steps = scene.plans.given["steps"]
    if not isinstance(steps, int):  # each has its own, or nothing runs
        return {}
    slider = widgets.IntSlider(
        steps, 1, max(4 * steps, 10), description="steps", continuous_update=False, layout=_LAYOUT
    )
    return {"steps": slider}


def _angles(picture: Picture) -> dict[str, Any]:
    """Return sliders of the camera's angles, which begin where the picture has chosen them."""
    relief = next((panel for panel in picture.panels if isinstance(panel, Relief)), None)
    if relief is None:
        return {}
    ends = {"elev": 90, "azim": 180}
    return {
        name: widgets.FloatSlider(
            angle, min=min(-end, angle), max=max(end, angle), description=name, layout=_LAYOUT
        )
        for (name, end), angle in zip(ends.items(), relief.angles_at(0), strict=True)
    }
