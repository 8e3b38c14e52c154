"""How many values come back, and in what: looked at before the values themselves.

`return dW, db` gives two. Nothing at all (a `print` in place of the `return`), a value too many,
a comma behind the only one: each has a sentence of its own.
"""


def structure_sentence(values, names, printed):
    """The sentence for the first of the returned values that is not made of `names`, or None."""
    for value in values:
        if value.kind == "nothing":
            return _nothing(values, names, printed)
        sentence = _structure_of(value, names)
        if sentence:
            return sentence
    return None


def _structure_of(value, names):
    n, names = len(names), ", ".join(names)
    if n == 1:
        if value.kind == "tuple" and len(value.parts) == 1:
            return (
                "Your function returns a tuple of one entry: there is a comma behind the value "
                f"in `return {names},`."
            )
        if value.kind == "tuple":
            return f"Your function returns {value.words}; expected is `{names}` alone."
        return None
    if value.kind in ("tuple", "list") and len(value.parts) == n:
        return None
    return (
        f"Your function returns {value.words}; expected are {n} values, in this order: "
        f"`return {names}`."
    )


def _nothing(values, names, printed):
    names = ", ".join(names)
    if printed.strip():
        return (
            "Your function prints its result and returns nothing (None). What others should "
            f"use has to be handed back: `return {names}`."
        )
    if all(value.kind == "nothing" for value in values):
        return (
            "Your function returns nothing (None): its last line should be "
            f"`return {names}`, indented as far as the lines above it."
        )
    return (
        "Your function returns nothing (None) for some inputs: one way through it ends "
        "without `return`."
    )
