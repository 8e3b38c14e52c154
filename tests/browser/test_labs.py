"""Each lab in a real JupyterLab: what a student's and a lecturer's hands do with it."""

import json
import re

import pytest
from playwright.sync_api import expect

from mlplib.labs import LABS

PROBE = """
import json, math
def safe(rows):
    return [[None if not math.isfinite(v) else v for v in row] for row in map(tuple, rows)]
print(json.dumps(dict(
    state=lab.player.state, steps=lab.run.steps, rates=[r[3] for r in lab.history],
    history=safe(lab.history), text=lab.text, error=repr(lab.player.error),
    rate=lab.learning_rate.value, frames=lab.painter.frames, closed=lab.closed,
)))
"""
each_lab = pytest.mark.parametrize("make", [lab.__name__ for lab in LABS.values()])


class LabInPage:
    """One lab in an open notebook: its widgets, and what the kernel says of it."""

    def __init__(self, page, make, arguments="", **options):
        self.notebook = page(
            [f"from mlplib.labs import {make}", f"lab = {make}({arguments})\nlab", PROBE], **options
        )
        self.page = self.notebook.page
        self.notebook.run_all()
        assert self.notebook.cell_errors() == []
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
            " && !e.closest('.noUi-target, button, select, pre'))"
            ".map(e => `${e.tagName}.${e.className} ${e.clientWidth} ${e.scrollWidth}`)"
        )

    def nothing_went_wrong(self):
        assert self.notebook.cell_errors() == []
        assert self.notebook.console_errors == []


@pytest.fixture
def open_lab(notebook_page):
    return lambda make, *args, **options: LabInPage(notebook_page, make, *args, **options)


@each_lab
def test_train_change_the_rate_stop_replay(open_lab, make):
    lab = open_lab(make)
    lab.expect_still()
    lab.speed("30 steps/s")
    lab.press("Train")
    lab.expect_status("Training")
    lab.expect_moving()
    lab.slider("Learning rate").focus()
    for _ in range(4):
        lab.page.keyboard.press("ArrowRight")
    lab.wait(600)
    lab.press("Stop")
    lab.expect_status("Stopped after")
    lab.expect_still()
    first = lab.state()
    assert first["state"] == "paused"
    assert len(set(first["rates"])) > 1  # the slider changed the run that was running
    assert first["rates"][-1] == first["rate"] > first["rates"][0]

    lab.speed("full speed")
    lab.press("Replay")
    lab.expect_status(f"Replayed {first['steps']} steps")
    again = lab.state()
    assert again["history"] == first["history"]  # bit for bit: JSON carries floats exactly
    lab.nothing_went_wrong()


@each_lab
def test_too_large_a_rate_says_diverged_and_the_lab_goes_on(open_lab, make):
    lab = open_lab(make)
    lab.slider("Learning rate").focus()
    lab.page.keyboard.press("End")
    lab.speed("100 steps/s")
    lab.press("Train")
    lab.expect_status("Diverged at step")
    lab.expect_status("Lower the learning rate, then Reset or Replay")
    for _ in range(12):
        lab.slider("Learning rate").focus()
        lab.page.keyboard.press("ArrowLeft")
    lab.press("Replay")
    lab.expect_moving()
    lab.press("Stop")
    lab.expect_status("Stopped after")
    state = lab.state()
    assert state["history"][-1][2] < state["history"][0][2]
    lab.nothing_went_wrong()


@each_lab
def test_the_keyboard_alone(open_lab, make):
    lab = open_lab(make)
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
    reached = set()
    lab.button("Train").focus()
    for _ in range(25):
        reached.add(lab.page.evaluate("() => document.activeElement.textContent.trim()"))
        reached.add(lab.page.evaluate("() => document.activeElement.getAttribute('role')"))
        reached.add(lab.page.evaluate("() => document.activeElement.type"))
        lab.page.keyboard.press("Tab")
    assert {"Reset", "Replay", "New start", "Code", "slider", "checkbox"} <= reached
    lab.nothing_went_wrong()


@each_lab
def test_double_clicks(open_lab, make):
    lab = open_lab(make)
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


@each_lab
def test_a_busy_cell_delays_a_lab_and_does_not_end_it(open_lab, make):
    lab = open_lab(make)
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


def test_two_labs_at_once(notebook_page):
    names = [lab.__name__ for lab in LABS.values()]
    one = LabInPage(notebook_page, names[0], width=1920)
    one.notebook.set_source(2, f"from mlplib.labs import {names[1]}\nother = {names[1]}()\nother")
    one.notebook.run_cell(2)
    other = one.notebook.widget_area(1)
    one.press("Train")
    other.get_by_role("button", name=re.compile("Train$")).click()
    picture = other.locator("img.mlplib-picture")
    for _ in range(3):
        source = picture.get_attribute("src")
        expect(picture).not_to_have_attribute("src", source, timeout=10_000)
        one.expect_moving()
    one.press("Stop")
    one.expect_status("Stopped after")
    source = picture.get_attribute("src")
    expect(picture).not_to_have_attribute("src", source, timeout=10_000)  # the other one goes on
    other.get_by_role("button", name=re.compile("Stop$")).click()
    expect(other.get_by_role("status")).to_contain_text("Stopped after")
    one.nothing_went_wrong()


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
    assert state["rate"] == 0.2
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


@each_lab
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_scrolls_sideways_and_nothing_is_cut(open_lab, make, theme):
    lab = open_lab(make, theme=theme)
    lab.press("Code")
    expect(lab.area.locator("pre")).to_contain_text("mlplib.train(")
    for width in (1300, 1920, 900):
        lab.page.set_viewport_size({"width": width, "height": 1000})
        lab.wait(500)
        assert lab.too_wide() == []
    lab.nothing_went_wrong()
