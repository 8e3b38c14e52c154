"""The script needs PyTorch, which no test may: pytest does not look for doctests in it."""

collect_ignore = ["make_torch_reference.py"]
