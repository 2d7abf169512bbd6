"""The mesh: triangles of a sheet, cut where it leaves the box."""

import numpy as np

from animopt.picture.space.mesh import between, cut, triangles


def test_triangles_are_cut_exactly():
    triangle = np.array([[[0.0, 0, 0], [2, 0, 2], [0, 2, 2]]])
    below, origin = cut(triangle, 1 - triangle[..., 2])
    np.testing.assert_allclose(below, [[[0, 0, 0], [1, 0, 1], [0, 1, 1]]])
    above, both = cut(triangle, triangle[..., 2] - 1)

    def area(parts):
        (ax, ay), (bx, by) = ((parts[:, i, :2] - parts[:, 0, :2]).T for i in (1, 2))
        return np.abs(ax * by - ay * bx).sum() / 2

    np.testing.assert_allclose(area(below) + area(above), 2.0)
    assert origin.tolist() == [0]
    assert both.tolist() == [0, 0]
    assert above[..., 2].min() >= 1


def test_a_cell_is_two_triangles_unless_a_corner_is_missing():
    z = np.array([[0.0, 1, 2], [1, 2, np.nan]])
    corners, cells = triangles(np.stack([*np.meshgrid(np.arange(3.0), np.arange(2.0)), z], axis=-1))
    assert cells.tolist() == [[0, 0], [0, 0]]
    assert sorted(map(tuple, corners.reshape(-1, 3).tolist())) == [
        (0, 0, 0), (0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 2), (1, 1, 2),
    ]  # fmt: skip
    kept, origin = between(corners, 0.5, 1.5)
    assert kept[..., 2].min() >= 0.5
    assert kept[..., 2].max() <= 1.5
    assert set(origin.tolist()) == {0, 1}
