"""Palette: at most 255 colours that stand for all colours of the pictures."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from animopt.export.pictures import OPAQUE, PIXEL, RGB, Change, Picture, channels

TRANSPARENT = 0
CANDIDATES = 8192
BLOCK = 256
ROUNDS = 4


class Palette:
    """Entries 1 to size - 1 are colours; 0 is transparent, so the pixel below stays.

    If all colours fit, each is exact. If not, those in ``exact`` and those of flat areas are, and
    the others map to the nearest entry; a larger ``power`` gives more entries to large areas. As
    long as there is room, new colours get their own entries, so the entries are final only when
    the last picture has been looked up.
    """

    def __init__(
        self,
        colors: Picture,
        counts: NDArray[np.intp],
        size: int,
        exact: Iterable[int] = (),
        power: float = 0.5,
    ) -> None:
        self.size = size
        fixed = np.fromiter(exact, PIXEL)
        known = np.concatenate([fixed, colors[~np.isin(colors, fixed)]])
        entries = known if len(known) < size else _choose(colors, counts, power, fixed, size - 1)
        self.entries = np.concatenate([np.zeros(1, PIXEL), entries])
        # By 24-bit colour: its entry, where 0 means not looked up yet, and its distance to that
        # entry, summed over the channels. np.zeros maps memory lazily, so only the pages of
        # colours that occur are ever touched.
        self._index = np.zeros(1 << 24, np.uint8)
        self._index[entries & RGB] = np.arange(1, len(entries) + 1)
        self._miss = np.zeros(1 << 24, np.uint16)

    def lookup(self, pixels: Picture) -> NDArray[np.uint8]:
        """Return the entry of each opaque pixel."""
        keys = pixels & RGB
        found = self._index.take(keys)
        if not found.all():
            self._learn(np.unique(keys[found == 0]))
            found = self._index.take(keys)
        return found

    def error(self, pixels: Picture, counts: NDArray[np.intp] | None = None) -> float:
        """Return the mean error of looked-up pixels, in 1/255, over red, green and blue.

        With counts a pixel stands for so many.
        """
        missed = self._miss.take(pixels & RGB)
        return float(np.average(missed, weights=counts)) / 3 if pixels.size else 0.0

    def table(self, length: int) -> bytes:
        """Return the entries as RGB bytes, padded with black to this many entries."""
        return channels(self.entries)[:, :3].tobytes().ljust(3 * length, b"\0")

    def _learn(self, keys: Picture) -> None:
        room = self.size - len(self.entries)
        new, rest = keys[:room], keys[room:]
        self._index[new] = np.arange(len(self.entries), len(self.entries) + len(new))
        self.entries = np.concatenate([self.entries, new | OPAQUE])
        centres = _rgb(self.entries[1:])
        nearest = _nearest(_rgb(rest), centres)
        self._index[rest] = 1 + nearest
        self._miss[rest] = np.abs(_rgb(rest) - centres[nearest]).sum(axis=1)


def overlay(
    indices: NDArray[np.uint8], shown: NDArray[np.uint8], change: Change
) -> NDArray[np.uint8] | None:
    """Return the box of a change, transparent except for new indices, or None if none is new.

    ``indices`` (m,) are those of the m changed pixels; ``shown`` holds the indices of the whole
    picture and is updated.
    """
    stays = indices == shown.take(change.at)
    if stays.all():
        return None
    np.put(shown, change.at, indices)
    patch = np.full(shown.shape, TRANSPARENT, np.uint8)
    np.put(patch, change.at, np.where(stays, np.uint8(TRANSPARENT), indices))
    return patch[change.box]


def _rgb(pixels: Picture) -> NDArray[np.float32]:
    return channels(pixels)[..., :3].astype(np.float32)


def _nearest(colors: NDArray[np.float32], centres: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return the index of the centre nearest to each colour.

    Works in blocks that stay in the cache and are too small for BLAS to split among threads, which
    would keep spinning afterwards on cores needed for drawing.
    """
    sizes, slopes = (centres**2).sum(axis=1), -2 * centres.T
    near = np.empty(len(colors), np.intp)
    for start in range(0, len(colors), BLOCK):
        block = slice(start, start + BLOCK)
        near[block] = np.argmin(colors[block] @ slopes + sizes, axis=1)
    return near


def _choose(
    colors: Picture, counts: NDArray[np.intp], power: float, fixed: Picture, number: int
) -> Picture:
    """Choose colours that keep the overall error small and flat areas exact.

    Greedy start: repeatedly take the colour with the largest weight times squared distance to
    those chosen so far. Then k-means (Lloyd, 1982) with the fixed colours pinned. The weight is
    count ** power: 1 would give the background the entries that thin lines need, 0 the reverse. A
    colour that makes up most of its cluster replaces the mean, so that flat areas stay exact.
    """
    colors, counts = _thinned(colors, counts)
    rgb, weight = _rgb(colors), counts.astype(np.float32) ** np.float32(power)
    centres = np.zeros((number, 3), np.float32)
    centres[: len(fixed)] = _rgb(fixed)
    far = np.full(len(rgb), np.float32(3 * 255**2))
    for k in range(number):
        if k >= len(fixed):
            centres[k] = rgb[np.argmax(weight * far)]
        far = np.minimum(far, ((rgb - centres[k]) ** 2).sum(axis=1))
    for _ in range(ROUNDS):
        owner = _nearest(rgb, centres)
        total = np.bincount(owner, weight, number)
        moves = (total > 0) & (np.arange(number) >= len(fixed))
        for channel in range(3):
            mean = np.bincount(owner, weight * rgb[:, channel], number) / np.maximum(total, 1e-9)
            centres[moves, channel] = mean[moves]
    owner = _nearest(rgb, centres)
    chosen = np.full((number, 4), 255, np.uint8)
    chosen[:, :3] = np.rint(centres)
    entries = chosen.view(PIXEL)[:, 0]
    rising = np.argsort(counts, kind="stable")
    heaviest = np.full(number, -1)
    heaviest[owner[rising]] = rising
    flat = (heaviest >= 0) & (counts[heaviest] > np.bincount(owner, counts, number) / 2)
    flat[: len(fixed)] = False
    entries[flat] = colors[heaviest[flat]]
    return entries


def _thinned(colors: Picture, counts: NDArray[np.intp]) -> tuple[Picture, NDArray[np.intp]]:
    """Return at most CANDIDATES colours: the most frequent one of each cell of the colour cube."""
    falling = np.argsort(-counts, kind="stable")
    colors, counts = colors[falling], counts[falling]
    for mask in (0xFFFFFF, 0xFEFEFE, 0xFCFCFC, 0xF8F8F8, 0xF0F0F0):
        _, first, cell = np.unique(colors & mask, return_index=True, return_inverse=True)
        if len(first) <= CANDIDATES:
            break
    return colors[first], np.bincount(cell, counts).astype(np.intp)
