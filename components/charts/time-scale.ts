/** Which stretch of time a chart shows, in whole cells: what is drawn stays where it is until the chart moves on. */
export interface TimeScale {
	readonly fromMs: number;
	/** The right end: the present, or a few seconds later. */
	readonly toMs: number;
	readonly cellMs: number;
	readonly columns: number;
}

export interface TimeScaleOptions {
	/** The present, Unix ms. */
	readonly nowMs: number;
	/** Time of the oldest sample; absent without samples. */
	readonly oldestMs: number | undefined;
	/** The window; less is shown while there are not enough samples to fill it. */
	readonly lengthMs: number;
	readonly columns: number;
}

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** What a window grows through until it has its whole length: a chart is never less than half full. */
const lengthsMs = [
	...[10, 15, 20, 30, 45].map((seconds) => seconds * secondMs),
	...[1, 1.5, 2, 3, 5, 7.5, 10, 15, 20, 30, 45].map((minutes) => minutes * minuteMs),
	...[1, 1.5, 2, 3, 4, 6, 8, 12, 18].map((hours) => hours * hourMs),
	...[1, 1.5, 2, 3, 5, 7, 10, 14, 21, 30, 60, 90, 180, 365].map((days) => days * dayMs),
];
/** No cell is shorter than this. */
const leastCellMs = 250;
/** A chart that moves is written anew, so it moves no more often; until then the newest samples fill its end. */
const leastMoveMs = 5000;

export function timeScale({ nowMs, oldestMs, lengthMs, columns }: TimeScaleOptions): TimeScale {
	const held = nowMs - (oldestMs ?? nowMs);
	const step = lengthsMs.find((each) => each >= held) ?? Math.max(dayMs, held);
	const shown = Math.min(lengthMs, step);
	const cellMs = Math.max(leastCellMs, Math.ceil(shown / Math.max(1, columns)));
	const moveMs = Math.ceil(Math.min(leastMoveMs, shown / 8) / cellMs) * cellMs;
	const toMs = (Math.floor(nowMs / moveMs) + 1) * moveMs;
	return { fromMs: toMs - columns * cellMs, toMs, cellMs, columns };
}

/** Whether a chart that was drawn over `scale` shows the same stretch of time now. */
export function isSameStretch(scale: TimeScale, options: TimeScaleOptions): boolean {
	const now = timeScale(options);
	return now.fromMs === scale.fromMs && now.toMs === scale.toMs;
}

/** The end of what is shown: the present, or a sample that a clock which was set back left in the future. */
export function presentOf(nowMs: number, times: readonly number[]): number {
	return Math.max(nowMs, times.at(-1) ?? nowMs);
}

/** The cell of a time; outside of 0 … columns − 1 when it is not shown. */
export function columnOf({ fromMs, cellMs }: TimeScale, atMs: number): number {
	return Math.floor((atMs - fromMs) / cellMs);
}

/** A label of the time axis; its middle stands at the column. */
export interface TimeTick {
	readonly column: number;
	readonly label: string;
}

const stepsMs = [
	...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * secondMs),
	...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * minuteMs),
	...[1, 2, 3, 6, 12].map((hours) => hours * hourMs),
	...[1, 2, 7, 14, 30, 90].map((days) => days * dayMs),
];
/** Cells that a label takes with the space around it. */
const cellsPerTick = 12;
/** Whole cells make a window a little longer than its round length. */
const tolerance = 0.95;
/** From here on the clock says more than how long ago it was. */
const clockFromMs = 2 * hourMs;

/** Labels at round distances from the present; over hours and days at round times of the clock, in UTC. */
export function timeTicks(scale: TimeScale, isByClock = false): TimeTick[] {
	const { toMs, fromMs, cellMs, columns } = scale;
	const lengthMs = toMs - fromMs;
	const count = Math.max(1, Math.floor(columns / cellsPerTick));
	const stepMs = stepsMs.find((step) => step >= (lengthMs / count) * tolerance) ?? lengthMs;
	if (isByClock || lengthMs > clockFromMs) return clockTicks(scale, stepMs);
	const ages = Array.from({ length: Math.floor(lengthMs / stepMs) }, (_, n) => (n + 1) * stepMs);
	const past = ages.map((ageMs) => ({
		column: columns - 1 - Math.round(ageMs / cellMs),
		label: `−${ageText(ageMs)}`,
	}));
	return [
		...past.toReversed().filter(({ column }) => column >= 0),
		{ column: columns - 1, label: 'now' },
	];
}

function clockTicks(scale: TimeScale, stepMs: number): TimeTick[] {
	const first = Math.ceil(scale.fromMs / stepMs) * stepMs;
	const count = Math.floor((scale.toMs - first) / stepMs) + 1;
	return Array.from({ length: count }, (_, index) => first + index * stepMs).map((atMs) => ({
		column: columnOf(scale, atMs),
		label: clockText(atMs, stepMs),
	}));
}

/** `14:30`, or `11-29` where the step is a day or more. */
function clockText(atMs: number, stepMs: number): string {
	const text = new Date(atMs).toISOString();
	if (stepMs >= dayMs) return text.slice(5, 10);
	return stepMs < minuteMs ? text.slice(11, 19) : text.slice(11, 16);
}

/** `30s`, `4m`, `4m30s`, `1h30m`: beside `4m`, `270s` would have to be worked out. */
function ageText(ageMs: number): string {
	const parts = [
		[Math.floor(ageMs / hourMs), 'h'],
		[Math.floor((ageMs % hourMs) / minuteMs), 'm'],
		[(ageMs % minuteMs) / secondMs, 's'],
	] as const;
	return parts.map(([count, unit]) => (count === 0 ? '' : `${count}${unit}`)).join('');
}
