"""The camera is a pure function of progress, and bad settings are one sentence."""

import pytest

from animopt import InvalidInput
from animopt.scene.space import Keyframes, Orbit, Space


def test_an_orbit_turns_steadily_from_the_angles_at_rest():
    assert Orbit().at(0.0, 30, -60) == (30, -60)
    assert Orbit().at(0.25, 30, -60) == (30, 30)
    assert Orbit(turns=-2).at(0.5, 30, -60) == (30, -420)


def test_keyframes_are_met_and_eased_between():
    camera = Keyframes([(0.2, 0, 0), (0.6, 40, 80), (1.0, 0, 0)])
    assert camera.at(0.0, 9, 9) == (0, 0)
    assert camera.at(0.2, 9, 9) == (0, 0)
    assert camera.at(0.4, 9, 9) == pytest.approx((20, 40))
    assert camera.at(0.6, 9, 9) == pytest.approx((40, 80))
    assert camera.at(1.0, 9, 9) == pytest.approx((0, 0))
    early = camera.at(0.25, 9, 9)[0]
    assert 0 < early < 40 * 0.125


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: Orbit(turns=float("nan")), "turns"),
        (lambda: Orbit(turns="one"), "turns"),
        (lambda: Keyframes([]), "Keyframes"),
        (lambda: Keyframes(3), "(progress, elev, azim)"),
        (lambda: Keyframes([(0, 30)]), "(progress, elev, azim)"),
        (lambda: Keyframes([(0, 30, "west")]), "(progress, elev, azim)"),
        (lambda: Keyframes([(0.5, 0, 0), (0.1, 0, 0)]), "rising"),
        (lambda: Keyframes([(1.5, 0, 0)]), "[0, 1]"),
        (lambda: Space(projection="perspective"), "did you mean 'persp'"),
        (lambda: Space(hidden="ghosts"), "did you mean 'ghost'"),
        (lambda: Space(contours="flor"), "did you mean 'floor'"),
        (lambda: Space(log="yes"), "Space(log='yes'): give True or False"),
        (lambda: Space(alpha=0), "alpha"),
        (lambda: Space(alpha="half"), "alpha"),
        (lambda: Space(camera=Orbit), "Orbit(turns=1)"),
        (lambda: Space(camera=90), "at(progress, elev, azim)"),
    ],
)
def test_bad_settings_are_refused(make, named):
    with pytest.raises(InvalidInput) as error:
        make()
    assert named in str(error.value)
