"""Each lab in a real JupyterLab: what a student's and a lecturer's hands do with it."""

import json
import re

import pytest
from labs_driving import DIVERGES_WITH
from playwright.sync_api import expect

from mlplib.labs import LABS

PROBE = """
import json, math
def safe(rows):
    return [[None if not math.isfinite(v) else v for v in row] for row in map(tuple, rows)]
print(json.dumps(dict(
    state=lab.player.state, steps=lab.run.steps, rates=[r[3] for r in lab.history],
    history=safe(lab.history), text=lab.text, error=repr(lab.player.error), preset=lab.preset,
    settings=lab.settings, changes=lab.run.changes, frames=lab.painter.frames, closed=lab.closed,
)))
"""
each_lab = pytest.mark.parametrize("make", LABS.values(), ids=list(LABS))


class LabInPage:
    """One lab in an open notebook: its widgets, and what the kernel says of it."""

    def __init__(self, page, make, **options):
        imports = "from mlplib import labs"
        self.notebook = page([imports, f"lab = labs.{make}()\nlab", PROBE, ""], **options)
        self.page = self.notebook.page
        self.notebook.run_all()
        assert self.notebook.cell_errors() == []
        self.area = self.notebook.widget_area(0)
        expect(self.picture).to_be_visible()

    def make_again(self, make, **settings):
        """Run the lab's cell again, with other settings."""
        self.notebook.set_source(1, f"lab = labs.{make}(**{settings!r})\nlab")
        self.notebook.run_cell(1)
        self.area = self.notebook.widget_area(0)
        expect(self.picture).to_be_visible()

    @property
    def picture(self):
        return self.area.locator("img.mlplib-picture")

    def button(self, name):
        return self.area.get_by_role("button", name=re.compile(f"{re.escape(name)}$"))

    def slider(self, label):
        row = self.area.locator(".widget-slider, .widget-inline-hbox").filter(has_text=label)
        return row.locator(".noUi-handle").first

    def choose_other(self, beginning):
        """Choose another option, by keyboard, in the first dropdown that is called so.

        Space opens it: a mere arrow key is JupyterLab's own, and moves to another cell.
        """
        dropdown = self.area.locator(".widget-dropdown").filter(
            has=self.page.locator("label", has_text=re.compile(f"^{beginning}", re.IGNORECASE))
        )
        if dropdown.count() == 0:
            return None
        select = dropdown.first.locator("select")
        before = select.input_value()
        last = select.evaluate("e => e.selectedIndex === e.options.length - 1")
        select.focus()
        for key in ("Space", "ArrowUp" if last else "ArrowDown", "Enter"):
            self.page.keyboard.press(key)
        expect(select).not_to_have_value(before)
        return select.input_value()

    def not_reached_by_tab(self):
        """What can be clicked or turned, and is not reached with Tab from the first button."""
        parts = "button, select, input, .noUi-handle"
        count = self.area.locator(f".mlplib-lab :is({parts}):visible").count()
        self.area.locator(".mlplib-lab button").first.focus()
        for _ in range(count + 20):  # a readout that can be edited is a stop on the way, too
            self.page.evaluate("() => document.activeElement.setAttribute('data-reached', '')")
            self.page.keyboard.press("Tab")
        rest = self.area.locator(f".mlplib-lab :is({parts}):visible:not([data-reached])")
        return [part.evaluate("e => e.outerHTML.slice(0, 200)") for part in rest.all()]

    def play_a_second_one(self, make):
        """Make another lab in the last cell's place, let it play, and give its picture."""
        self.notebook.set_source(3, f"other = labs.{make}(speed=10)\nother")
        self.notebook.run_cell(3)
        area = self.notebook.widget_area(1)
        area.get_by_role("button", name=re.compile("Train$")).click()
        picture = area.locator("img.mlplib-picture")
        source = picture.get_attribute("src")
        expect(picture).not_to_have_attribute("src", source, timeout=10_000)
        return picture

    def press(self, name):
        self.button(name).click()

    def state(self):
        self.notebook.run_cell(2)
        return json.loads(self.notebook.text(2))

    def speed(self, name):
        self.area.get_by_label("Speed").select_option(label=name)

    def wait(self, milliseconds):
        self.page.wait_for_timeout(milliseconds)

    def expect_status(self, words, seconds=15):
        expect(self.area.get_by_role("status")).to_contain_text(words, timeout=seconds * 1000)

    def expect_moving(self):
        """The picture is painted anew, several times, while nobody touches anything."""
        for _ in range(3):
            source = self.picture.get_attribute("src")
            expect(self.picture).not_to_have_attribute("src", source, timeout=10_000)

    def expect_still(self):
        self.wait(700)
        source = self.picture.get_attribute("src")
        self.wait(700)
        assert self.picture.get_attribute("src") == source

    def too_wide(self):
        """Elements of the lab whose content does not fit into them, sideways."""
        return self.area.evaluate(
            "area => [area, ...area.querySelectorAll('.mlplib-lab, .mlplib-lab *')]"
            ".filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth"
            " && !e.closest('.slider-container, button, select, pre'))"
            ".map(e => `${e.tagName}.${e.className} ${e.clientWidth} ${e.scrollWidth}`)"
        )

    def nothing_went_wrong(self):
        assert self.notebook.cell_errors() == []
        assert self.notebook.console_errors == []


@pytest.fixture
def open_lab(notebook_page):
    return lambda make, *args, **options: LabInPage(notebook_page, make, *args, **options)


@each_lab
def test_a_lesson(open_lab, make):
    """What a lecturer does with a lab, alone and while a second one plays in the page."""
    name = make.__name__
    lab = open_lab(name)
    lab.expect_still()
    play_change_stop_replay(lab, make)
    try_the_presets(lab, make)
    use_the_keyboard_alone(lab)
    lab.press("Code")
    expect(lab.area.locator("pre")).to_contain_text("mlplib")
    for width in (900, 1920, 1300):
        lab.page.set_viewport_size({"width": width, "height": 1000})
        lab.wait(300)
        assert lab.too_wide() == []
    lab.make_again(name)
    second = lab.play_a_second_one(name)
    play_change_stop_replay(lab, make)
    source = second.get_attribute("src")
    expect(second).not_to_have_attribute("src", source, timeout=10_000)  # the other one goes on
    lab.make_again(name, **DIVERGES_WITH.get(make.NAME, {}))
    diverge_and_go_on(lab)
    lab.nothing_went_wrong()


def play_change_stop_replay(lab, make):
    """Change rate and activation while it runs; the replay is equal to the last bit."""
    lab.speed("30 steps/s")
    lab.press("Train")
    lab.expect_status("Training")
    lab.expect_moving()
    lab.slider("Learning rate").focus()
    for _ in range(4):
        lab.page.keyboard.press("ArrowLeft")
    activation = lab.choose_other("activation")
    lab.wait(500)
    lab.press("Stop")
    lab.expect_status("Stopped after")
    lab.expect_still()
    first = lab.state()
    assert first["state"] == "paused"
    rate = first["settings"]["learning_rate"]
    assert first["rates"][-1] == rate < make().settings["learning_rate"]  # the slider was heard
    if activation is not None:
        assert activation in first["settings"].values()

    lab.speed("full speed")
    lab.press("Replay")
    lab.expect_status(f"Replayed {first['steps']} step", 30)
    again = lab.state()
    assert again["history"] == first["history"]  # bit for bit: JSON carries floats exactly
    assert again["changes"] == first["changes"]


def try_the_presets(lab, make):
    for name, preset in list(make.PRESETS.items())[:2]:
        lab.area.get_by_role("button", name=name, exact=True).click()
        expect(lab.area).to_contain_text(preset.comment)
        assert lab.state()["preset"] == name


def use_the_keyboard_alone(lab):
    lab.speed("10 steps/s")
    lab.button("Train").focus()
    lab.page.keyboard.press("Enter")
    lab.expect_status("Training")
    lab.page.keyboard.press("Tab")
    lab.page.keyboard.press("Space")  # Stop is the next one
    lab.expect_status("Stopped after")
    steps = lab.state()["steps"]
    lab.button("Step").focus()
    lab.page.keyboard.press("Enter")
    lab.expect_status(f"Stopped after {steps + 1} step")
    assert lab.not_reached_by_tab() == []


def diverge_and_go_on(lab):
    lab.slider("Learning rate").focus()
    lab.page.keyboard.press("End")
    lab.speed("full speed")
    lab.press("Train")
    lab.expect_status("Diverged at step", 30)
    lab.expect_status("Lower the learning rate, then Reset or Replay")
    lab.slider("Learning rate").focus()
    lab.page.keyboard.press("Home")
    for _ in range(5):
        lab.page.keyboard.press("ArrowRight")
    lab.speed("100 steps/s")
    lab.press("Replay")
    lab.expect_moving()
    lab.press("Stop")
    lab.expect_status("Stopped after")


def test_double_clicks(open_lab):
    lab = open_lab("LearningRateLab")
    lab.button("Train").dblclick()
    lab.expect_moving()
    assert lab.state()["state"] == "running"
    lab.button("Stop").dblclick()
    lab.expect_status("Stopped after")
    steps = lab.state()["steps"]
    lab.button("Replay").dblclick()
    lab.expect_status(f"Replayed {steps} steps", 30)
    assert lab.state()["steps"] == steps
    lab.button("Reset").dblclick()
    lab.expect_status("Ready")
    lab.nothing_went_wrong()


def test_a_busy_cell_delays_a_lab_and_does_not_end_it(open_lab):
    lab = open_lab("LearningRateLab")
    lab.press("Train")
    lab.expect_moving()
    lab.notebook.set_source(2, "import time; time.sleep(3)")
    lab.page.evaluate(
        "() => { const w = window.jupyterapp.shell.currentWidget;"
        " w.content.activeCellIndex = 2;"
        " window.jupyterapp.commands.execute('notebook:run-cell'); }"
    )
    lab.wait(500)
    lab.slider("Learning rate").focus()
    lab.page.keyboard.press("ArrowRight")
    lab.press("Stop")
    lab.expect_status("Stopped after", 20)  # when the cell is done
    lab.notebook.wait_for_kernel()
    lab.notebook.set_source(2, PROBE)
    lab.press("Train")
    lab.expect_moving()
    lab.press("Stop")
    lab.expect_status("Stopped after")
    assert len(set(lab.state()["rates"])) == 2
    lab.nothing_went_wrong()


def test_a_cell_run_again_ends_its_old_lab(open_lab):
    lab = open_lab("LearningRateLab")
    lab.notebook.set_source(0, "old = lab")
    lab.press("Train")
    lab.expect_moving()
    lab.notebook.run_cell(0)
    lab.notebook.run_cell(1)
    lab.notebook.set_source(0, "print(old.closed, old.player.running, old.run.steps)")
    lab.notebook.run_cell(0)
    first = lab.notebook.text(0)
    lab.wait(500)
    lab.notebook.run_cell(0)
    assert lab.notebook.text(0) == first
    assert first.startswith("True False")
    lab.press("Train")
    lab.expect_moving()
    lab.nothing_went_wrong()


def test_a_lab_whose_output_is_cleared_stops(open_lab):
    lab = open_lab("LearningRateLab")
    lab.press("Train")
    lab.expect_moving()
    lab.page.evaluate("() => window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    lab.wait(1000)
    assert lab.state()["state"] == "paused"


def test_an_error_in_the_task_is_told_in_the_lab(open_lab):
    lab = open_lab("LearningRateLab")
    lab.notebook.set_source(
        0, "def planted():\n    raise ZeroDivisionError('planted')\nlab.update = planted"
    )
    lab.notebook.run_cell(0)
    lab.press("Train")
    lab.expect_status("Failed at step")
    lab.expect_status("ZeroDivisionError: planted")
    lab.notebook.set_source(0, "del lab.update")
    lab.notebook.run_cell(0)
    lab.press("Reset")
    lab.expect_status("Ready")
    lab.press("Train")
    lab.expect_moving()


def test_presets(open_lab):
    lab = open_lab("LearningRateLab")
    lab.speed("100 steps/s")
    lab.press("divergent")
    expect(lab.area).to_contain_text("higher than before")
    lab.press("Train")
    lab.expect_status("Diverged at step")
    lab.press("right")
    lab.press("Train")
    lab.expect_moving()
    lab.press("Stop")
    lab.expect_status("Stopped after")
    state = lab.state()
    assert state["settings"]["learning_rate"] == 0.2
    assert "is flat now" in state["text"]
    lab.nothing_went_wrong()


def test_dragging_by_hand_moves_the_line(open_lab):
    lab = open_lab("FitByHandLab")
    before = lab.picture.get_attribute("src")
    lab.slider("Slope w").focus()
    for _ in range(10):
        lab.page.keyboard.press("ArrowRight")
    expect(lab.picture).not_to_have_attribute("src", before)
    assert "slope 5 " in lab.state()["text"]
    lab.press("Train")
    lab.expect_moving()
    lab.press("Stop")
    lab.expect_status("Stopped after")
    after = lab.state()
    assert "slope 5 " not in after["text"]
    lab.press("Reset")
    lab.expect_status("Ready")
    assert "slope 5 " in lab.state()["text"]
    lab.nothing_went_wrong()
