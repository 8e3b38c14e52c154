"""Self-test and predictions in a real JupyterLab: by mouse, by keyboard, after Run All."""

import re

import pytest
from playwright.sync_api import expect

from mlplib.exercises.questions import PREDICTIONS, QUESTIONS

IMPORT = "from mlplib.labs.questions import prediction, self_test"
PREDICT = "p = prediction('linear_regression', 'learning_rate')\np"
OUTCOME = "p.outcome()"
TEST = "test = self_test('linear_regression')\ntest"
SLOW = {"timeout": 15_000}


def words(text):
    """A pattern for a text whatever kind of space stands in it."""
    return re.compile(r"[\s\u2060]*".join(re.escape(word) for word in text.split()))


@pytest.mark.parametrize("theme, width", [("light", 1300), ("dark", 1920)])
def test_each_question_answers_a_click(notebook_page, theme, width):
    page = notebook_page([IMPORT, TEST, "print(test.count)"], theme=theme, width=width)
    page.run_all()
    assert page.text(2) == "Right: 0 of 5. Still to answer: 5.\n"
    area = page.widget_area(0)
    questions = QUESTIONS["linear_regression"]
    for number, question in enumerate(questions, 1):
        radios = area.locator(".mlplib-choices").nth(number - 1).locator("input")
        assert radios.count() == len(question.options)
        order = [i for i in range(len(question.options)) if i != question.right]
        for index in [*order[:1], question.right]:  # a wrong one, then another choice
            option = question.options[index]
            area.locator("label", has_text=words(option.text)).click()
            expect(area).to_contain_text(words(option.sentence), **SLOW)
            assert radios.nth(index).is_checked()
        assert sum(radio.is_checked() for radio in radios.all()) == 1
        expect(area).to_contain_text(f"Right: {number} of 5.", **SLOW)
    expect(area).to_contain_text("✓ Right: 5 of 5. Well done.", **SLOW)
    # nothing is cut off, and nothing scrolls sideways
    for box in area.locator(".mlplib-questions, .mlplib-choices, label").all():
        assert box.evaluate(
            "e => e.scrollWidth <= e.clientWidth && e.scrollHeight <= e.clientHeight"
        )
    page.run_cell(2)
    assert page.text(2) == "Right: 5 of 5. Well done.\n"
    page.run_cell(1)  # run again: a fresh start
    expect(page.widget_area(0)).to_contain_text("Right: 0 of 5.", **SLOW)
    assert page.console_errors == []
    assert page.cell_errors() == []


def test_the_keyboard_is_enough(notebook_page):
    page = notebook_page([IMPORT, TEST, "self_test('linear_regression')"])
    page.run_all()
    area, keys = page.widget_area(0), page.page.keyboard
    radios = area.locator(".mlplib-choices").first.locator("input")
    radios.first.focus()
    keys.press("Space")
    question = QUESTIONS["linear_regression"][0]
    expect(area).to_contain_text(words(question.options[0].sentence), **SLOW)
    for index in range(1, len(question.options)):
        keys.press("Tab")
        expect(radios.nth(index)).to_be_focused()  # the answer has not taken the focus away
        keys.press("Space")
        expect(area).to_contain_text(words(question.options[index].sentence), **SLOW)
    keys.press("Tab")
    expect(area.locator(".mlplib-choices").nth(1).locator("input").first).to_be_focused()
    assert radios.last.is_checked()
    other = page.widget_area(1)  # a second self-test has heard nothing of all this
    expect(other).to_contain_text("Still to answer: 5.")
    assert other.locator("input:checked").count() == 0


def test_a_prediction_is_recorded_before_and_shown_after(notebook_page):
    page = notebook_page([IMPORT, PREDICT, OUTCOME, "print(p.choice, p.note)"])
    page.run_all()  # which reaches the outcome before anything is predicted
    question = PREDICTIONS["linear_regression"]["learning_rate"]
    before, after = page.widget_area(0), page.widget_area(1)
    assert question.happens not in before.inner_text() + after.inner_text()
    before.locator("input[type=radio]").nth(1).click()
    before.locator("input[type=text]").fill("one step is enough")
    page.page.keyboard.press("Tab")
    expect(before).to_contain_text("Your prediction is recorded.", **SLOW)
    page.run_cell(3)
    assert page.text(3) == "1 one step is enough\n"
    page.run_cell(1)  # run again, it is not forgotten
    again = page.widget_area(0)
    expect(again.locator("input[type=radio]").nth(1)).to_be_checked(**SLOW)
    after.get_by_role("button").click()
    for text in ("✗ Not as you predicted", "one step is enough", question.happens):
        expect(after).to_contain_text(words(text), **SLOW)
    again.locator("input[type=radio]").nth(question.right).click()
    expect(after).to_contain_text("✓ As you predicted", **SLOW)
    after.get_by_role("button").click()
    expect(after).not_to_contain_text("What happens:", **SLOW)
    assert page.console_errors == []
    assert page.cell_errors() == []
