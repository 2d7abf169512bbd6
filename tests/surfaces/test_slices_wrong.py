"""What is no slice: wrong input to ``slice_of`` is answered in one sentence."""

import numpy as np
import pytest

from animopt.errors import InvalidInput
from animopt.surfaces import slice_of

CENTER = {"weight": np.ones((4, 3)), "bias": np.ones(4)}


def flat(theta):
    return float(np.sum(theta**4))


def named(p):
    return flat(p["weight"]) + flat(p["bias"])


RANDOM = np.random.default_rng(0)


def random_loss(theta):
    return float(RANDOM.normal())


WRONG = {
    "no function": (lambda: slice_of(3, np.ones(4)), "give a function of the parameters"),
    "no center": (lambda: slice_of(flat), "needs center too"),
    "center of text": (lambda: slice_of(flat, "ones"), "an array of finite numbers"),
    "center with NaN": (lambda: slice_of(flat, [1.0, np.nan]), "an array of finite numbers"),
    "ragged center": (lambda: slice_of(flat, [[1.0], [1.0, 2.0]]), "a dict of such arrays"),
    "empty array": (lambda: slice_of(flat, {"w": []}), r"center\['w'\]=\[\]"),
    "many losses": (lambda: slice_of(lambda t: t, np.ones(4)), r"shape \(4,\); it must be one"),
    "text for a loss": (lambda: slice_of(lambda t: "low", np.ones(4)), "must return real numbers"),
    "NaN loss": (lambda: slice_of(lambda t: np.nan, np.ones(4)), "the loss is nan at the center"),
    "random loss": (lambda: slice_of(random_loss, np.ones(4)), "two losses"),
    "one direction": (lambda: slice_of(flat, np.ones(4), (0,)), "give two coordinates"),
    "number": (lambda: slice_of(flat, np.ones(4), 7), "give two coordinates"),
    "other word": (lambda: slice_of(flat, np.ones(4), "pca"), "give two coordinates"),
    "same twice": (lambda: slice_of(flat, np.ones(4), (1, -3)), "both are the same coordinate"),
    "too large": (lambda: slice_of(flat, np.ones(4), (0, 4)), "4 is no place in 4 parameters"),
    "no names": (lambda: slice_of(flat, np.ones(4), ("a", "b")), "'a' is a name, and the center"),
    "misspelt": (
        lambda: slice_of(named, CENTER, ("weigth[0, 0]", "bias[0]")),
        "no parameters are called 'weigth'; did you mean 'weight'",
    ),
    "outside": (
        lambda: slice_of(named, CENTER, ("weight[0, 3]", "bias[0]")),
        r"'weight\[0, 3\]' is no place in an array of shape \(4, 3\)",
    ),
    "no place": (lambda: slice_of(named, CENTER, ("weight", "bias[0]")), "is no place in"),
    "short vector": (
        lambda: slice_of(flat, np.ones(4), (np.ones(3), np.ones(4))),
        "is no vector of 4 finite numbers",
    ),
    "parallel": (
        lambda: slice_of(flat, np.ones(4), (np.ones(4), -np.ones(4))),
        "the two vectors are parallel",
    ),
    "no weights": (lambda: slice_of(flat, np.zeros(4)), "no weights that are not 0"),
    "gradient": (lambda: slice_of(flat, np.ones(4), gradient=3), "give a function of the param"),
    "short gradient": (
        lambda: slice_of(flat, np.ones(4), gradient=lambda t: t[:2]).gradient((0, 0)),
        "one slope for each",
    ),
    "lines": (lambda: slice_of(flat, np.ones(4), lines=3), "a whole number >= 4"),
    "seed": (lambda: slice_of(flat, np.ones(4), seed=-1), "a whole number >= 0"),
    "progress": (lambda: slice_of(flat, np.ones(4), progress=True), "give a function of how many"),
    "bounds": (lambda: slice_of(flat, np.ones(4), bounds=(1, 2)), "is not"),
    "keyword": (lambda: slice_of(flat, np.ones(4), bound=1), "did you mean 'bounds'"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_input_is_one_sentence(wrong):
    call, words = WRONG[wrong]
    with pytest.raises(InvalidInput, match=words) as error:
        call()
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 250
