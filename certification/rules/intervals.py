"""How sure a share is."""

from math import sqrt
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)  # two sides of 95 %


def wilson(hits: float, of: int) -> tuple[float, float]:
    """Between what shares the true one lies with 95 % confidence, when it showed in `hits` of `of` cases; a
    case may be a part of a hit.

    The score interval, without correction for continuity: E. B. Wilson, Probable inference, the law of
    succession, and statistical inference, JASA 22 (1927), 209–212; recommended for small numbers by Brown,
    Cai and DasGupta, Statistical Science 16 (2001), 101–133. Of no cases it is everything, 0 to 1.
    """
    if not 0 <= hits <= of:
        raise ValueError(f"{hits} of {of} is no share.")
    if of == 0:
        return 0.0, 1.0
    share = hits / of
    middle = share + Z**2 / (2 * of)
    reach = Z * sqrt(share * (1 - share) / of + (Z / (2 * of)) ** 2)
    whole = 1 + Z**2 / of
    low = (middle - reach) / whole if hits else 0.0
    high = (middle + reach) / whole if hits < of else 1.0
    return low, high
