const goldenRatio = (Math.sqrt(5) - 1) / 2;

/**
 * The nth of a series of numbers in 0 ≤ x < 1 that fall evenly into that range, however many are taken:
 * multiples of the golden ratio. What repeats at equal distances sees something that stops at regular times
 * always or never; moved by these shares, it sees it as often as it stops.
 */
export function evenShare(n: number): number {
	return (n * goldenRatio) % 1;
}

/** The part of an interval over which polls and probes are spread. */
export const usualSpread = 0.3;
