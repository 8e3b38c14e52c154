"""Still figures: a picture, its text twin, and no trace of pyplot."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from mlplib import plotting
from mlplib.training import Record


def picture(still):
    data, metadata = still._repr_mimebundle_()
    assert data["text/plain"] == repr(still) == still.alt
    assert metadata["image/png"]["alt"] == still.alt
    image = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert image.width >= metadata["image/png"]["width"]
    return image


def test_losses_of_numbers_and_of_records():
    records = [Record(i, i, 4.0 / i, 0.1, 1.0, np.nan) for i in range(1, 30)]
    still = plotting.plot_losses({"numbers": [3, 2, 1], "records": records}, log=True, title="T")
    assert "numbers: loss fell from 3 to 1 in 2 steps" in still.alt
    assert "records: loss fell from 4 to 0.138 in 28 steps" in still.alt
    picture(still)


def test_a_line_with_residuals():
    x = np.linspace(0, 1, 20)
    still = plotting.plot_line_fit(x, 2 * x, {"one": (2, 0), "two": (0, 1)}, residuals=True)
    assert "one, slope 2, bias 0, mean squared error 0; two" in still.alt
    picture(still)
    assert plotting.plot_line_fit(x, x, {}).alt == "20 points, y against x."


def test_a_surface_with_paths():
    grid = np.linspace(-1, 1, 15)
    still = plotting.plot_surface(
        lambda a, b: a**2 + b**2, grid, grid, paths={"p": [[1, 1], [0, 0]]}
    )
    assert "from (1, 1), loss 2, to (0, 0), loss 0" in still.alt
    picture(still)


def test_any_figure_can_be_shown_with_words():
    figure = plotting.new_figure(300, 200)
    figure.subplots().plot([1, 2])
    still = plotting.show(figure, "a line that rises")
    assert still.alt == "A line that rises."
    assert picture(still).size == (600, 400)
    with pytest.raises(TypeError, match="expected alt as a sentence"):
        plotting.show(figure, "")


def test_the_same_figure_is_the_same_bytes():
    make = lambda: plotting.plot_losses({"a": [2.0, 1.0]}).png  # noqa: E731
    assert make() == make()


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="'a' to be losses or records of train"):
        plotting.plot_losses({"a": []})
    with pytest.raises(ValueError, match="'a' to be losses or records of train"):
        plotting.plot_losses({"a": ["x"]})
    with pytest.raises(ValueError, match="as many x as y"):
        plotting.plot_line_fit([1.0, 2.0], [1.0], {})
    with pytest.raises(ValueError, match="path to be 2-D"):
        plotting.plot_surface(lambda a, b: a, [0.0, 1.0], [0.0, 1.0], paths={"p": [1.0, 2.0]})
