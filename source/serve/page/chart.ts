import { make, makeSvg } from './dom.ts';
import { scaleOf, timeText } from './scale.ts';

export type Points = readonly (readonly [atMs: number, value: number])[];

const width = 640;
const height = 200;
const left = 70;
const bottom = 24;
const top = 10;

/** A line over time. Where nothing was recorded, the line is broken. */
export function drawChart(
	title: string,
	points: Points,
	show: (value: number) => string,
): HTMLElement {
	const [first] = points;
	const last = points.at(-1);
	if (!first || !last) return make('p', { class: 'dim' }, `${title}: nothing was recorded`);
	const { least, most, ticks } = scaleOf(points.map(([, value]) => value));
	const spanMs = Math.max(1, last[0] - first[0]);
	const x = (atMs: number) => left + ((atMs - first[0]) / spanMs) * (width - left - 10);
	const y = (value: number) =>
		height - bottom - ((value - least) / (most - least)) * (height - bottom - top);
	const lines = ticks.flatMap((tick) => [
		makeSvg('line', {
			class: 'grid',
			x1: String(left),
			x2: String(width),
			y1: y(tick).toFixed(1),
			y2: y(tick).toFixed(1),
		}),
		makeSvg(
			'text',
			{ x: String(left - 6), y: (y(tick) + 4).toFixed(1), 'text-anchor': 'end' },
			show(tick),
		),
	]);
	const at = (atMs: number, anchor: string) =>
		makeSvg(
			'text',
			{ x: x(atMs).toFixed(1), y: String(height - 6), 'text-anchor': anchor },
			timeText(atMs, spanMs),
		);
	const label = `${title}: now ${show(last[1])}, from ${show(Math.min(...points.map(([, value]) => value)))} to ${show(Math.max(...points.map(([, value]) => value)))}`;
	const svg = makeSvg(
		'svg',
		{ viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label },
		...lines,
		makeSvg('path', { class: 'curve', d: pathOf(points, x, y) }),
		at(first[0], 'start'),
		at(last[0], 'end'),
	);
	return make('div', { class: 'chart' }, svg);
}

function pathOf(points: Points, x: (atMs: number) => number, y: (value: number) => number): string {
	const steps = points.slice(1).map(([atMs], index) => atMs - (points[index]?.[0] ?? atMs));
	const usual = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
	return points
		.map(([atMs, value], index) => {
			const isBroken = index === 0 || (steps[index - 1] ?? 0) > usual * 2.5;
			const place = `${x(atMs).toFixed(1)} ${y(value).toFixed(1)}`;
			// A point without neighbours has a length too, or it could not be seen.
			return isBroken ? `M${place}h0.1` : `L${place}`;
		})
		.join('');
}
