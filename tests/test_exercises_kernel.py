"""In a real kernel: lines come from cells, an endless loop ends, an interrupt gets through."""

import time

import pytest

from mlplib.exercises import linear_regression as exercises

kernels = pytest.importorskip("jupyter_client.manager")

START = "import numpy as np\nfrom mlplib.exercises import linear_regression as exercises"


@pytest.fixture(scope="module")
def kernel():
    manager, client = kernels.start_new_kernel(kernel_name="python3")
    try:
        yield manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()


def run_cell(client, code, interrupt=None):
    """Run one cell; return its text output, and the name of the error it ended with, if any."""
    shown, error = [], None
    request = client.execute(code)
    while True:
        message = client.get_iopub_msg(timeout=30)
        if message["parent_header"].get("msg_id") != request:
            continue
        kind, content = message["msg_type"], message["content"]
        if kind == "execute_input" and interrupt is not None:
            interrupt()
        if kind == "execute_result":
            assert set(content["data"]) == {"text/plain", "text/html"}
            shown.append(content["data"]["text/plain"])
        elif kind == "stream":
            shown.append(content["text"])
        elif kind == "error":
            error = content["ename"]
        elif kind == "status" and content["execution_state"] == "idle":
            client.get_shell_msg(timeout=30)
            return "".join(shown), error


def test_answers_from_cells(kernel, tmp_path):
    manager, client = kernel
    assert run_cell(client, START) == ("", None)

    run_cell(client, "def mse(y_hat, y):\n    # comment\n    return np.mean(eror ** 2)")
    text, error = run_cell(client, "exercises.mse.check(mse)")
    assert error is None
    assert "your code, line 3, in mse" in text
    assert ">   3      return np.mean(eror ** 2)" in text
    assert "name 'eror' is not defined" in text and "ipykernel" not in text

    run_cell(client, "def mse(y_hat, y):\n    print('hello')\n    while True:\n        pass")
    text, error = run_cell(client, "exercises.mse.check(mse, time_limit=0.2)")
    assert error is None
    assert "did not return within 0.2 seconds and was stopped" in text
    assert "Note: your function prints (first: `hello`)" in text
    assert not text.startswith("hello")

    run_cell(client, "def mse(y_hat, y):\n    return input('guess ')")
    text, error = run_cell(client, "exercises.mse.check(mse)")
    assert error is None and "asks for input" in text

    run_cell(client, exercises.mse.blank)
    text, error = run_cell(client, "exercises.mse.check(mse)")
    assert text.startswith("mse: not attempted yet.")

    sign = tmp_path / "in the loop"

    def interrupt():
        end = time.monotonic() + 60
        while not sign.exists() and time.monotonic() < end:
            time.sleep(0.01)
        manager.interrupt_kernel()

    loop = f"    open({str(sign)!r}, 'w').close()\n    while True:\n        pass"
    run_cell(client, f"def mse(y_hat, y):\n{loop}")
    check = "exercises.mse.check(mse, time_limit=60)"
    text, error = run_cell(client, check, interrupt=interrupt)
    assert error == "KeyboardInterrupt"

    run_cell(client, "def mse(y_hat, y):\n    return np.mean((y - y_hat) ** 2)")
    text, error = run_cell(client, "exercises.mse.check(mse)")
    assert error is None and text.startswith("mse: right.")
    text, error = run_cell(
        client,
        "import threading; print([t for t in threading.enumerate() if t.name == 'exercise'])",
    )
    assert text == "[]\n"
