export interface Scale {
	readonly least: number;
	readonly most: number;
	/** Round numbers between them. */
	readonly ticks: readonly number[];
}

const wantedTicks = 4;

/** A scale with round ticks that holds all values; one of a constant has room on both sides. */
export function scaleOf(values: readonly number[]): Scale {
	let low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
	let high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
	if (low === high) {
		const room = Math.abs(low) > 0 ? Math.abs(low) / 10 : 1;
		low -= low >= 0 ? Math.min(room, low) : room;
		high += room;
	}
	const step = roundStep((high - low) / wantedTicks);
	const least = Math.floor(low / step) * step;
	const most = Math.ceil(high / step) * step;
	const count = Math.round((most - least) / step);
	// Not added up: 0.1 + 0.2 is no round number.
	const ticks = Array.from({ length: count + 1 }, (_, index) =>
		Number((least + index * step).toPrecision(12)),
	);
	return { least, most, ticks };
}

function roundStep(wanted: number): number {
	const magnitude = 10 ** Math.floor(Math.log10(wanted));
	const factor = [1, 2, 5, 10].find((each) => each * magnitude >= wanted) ?? 10;
	return factor * magnitude;
}

const dayMs = 24 * 3_600_000;

/** The time of day; with the date where a chart shows more than a day. */
export function timeText(atMs: number, spanMs: number): string {
	const date = new Date(atMs);
	const two = (value: number) => String(value).padStart(2, '0');
	const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
	if (spanMs > dayMs)
		return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock}`;
	return spanMs > 600_000 ? clock : `${clock}:${two(date.getSeconds())}`;
}
