/**
 * Turns a counter's readings into a rate per second. The first reading, a reading after a restart
 * (the counter fell) and one at no distance in time give `undefined`: a reset is not a rate.
 */
export function createRate(): (value: number | undefined, atMs: number) => number | undefined {
	let previous: { value: number; atMs: number } | undefined;
	return (value, atMs) => {
		const before = previous;
		previous = value === undefined ? undefined : { value, atMs };
		if (value === undefined || before === undefined) return undefined;
		if (value < before.value || atMs <= before.atMs) return undefined;
		return ((value - before.value) * 1000) / (atMs - before.atMs);
	};
}
