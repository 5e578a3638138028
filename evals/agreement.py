"""How far raters agree beyond chance: Cohen's kappa for two, Krippendorff's alpha for any number."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence


def cohen_kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Kappa (Cohen, 1960) of two raters' labels of the same items; None without items.

    Two raters who always give the same one label agree perfectly: 1.
    """
    if not pairs:
        return None
    n = len(pairs)
    observed = sum(one == other for one, other in pairs) / n
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    expected = sum(first[label] * second[label] for label in first) / n**2
    return 1.0 if expected == 1 else (observed - expected) / (1 - expected)


def krippendorff_alpha(
    items: Sequence[Sequence[Hashable]], distance: Callable[[Hashable, Hashable], float] | None = None
) -> float | None:
    """Alpha (Krippendorff, 2011) over items, each with the labels that it got from whoever rated it.

    `distance` says how far two labels are apart, squared for an interval scale; by default labels are
    equal or not. Items with fewer than two labels say nothing. None where no item has two.
    """
    apart = distance or (lambda one, other: float(one != other))
    rated = [list(labels) for labels in items if len(labels) > 1]
    labels = [label for each in rated for label in each]
    if not labels:
        return None
    n = len(labels)
    observed = (
        sum(
            apart(one, other) / (len(each) - 1)
            for each in rated
            for at, one in enumerate(each)
            for place, other in enumerate(each)
            if at != place
        )
        / n
    )
    counts = Counter(labels)
    expected = sum(
        counts[one] * counts[other] * apart(one, other) for one in counts for other in counts if one != other
    ) / (n * (n - 1))
    return 1.0 if expected == 0 else 1 - observed / expected


def squared(one: Hashable, other: Hashable) -> float:
    """Distance on an interval scale, such as marks from 1 to 5."""
    return float((int(str(one)) - int(str(other))) ** 2)
