/** One figure of the benchmark: several runs of one measurement. */
export interface Figure {
	/** Unique: the key in JSON and in the baseline. */
	readonly name: string;
	/** `×` for a ratio to something else in the same run; only ratios are compared between runs and machines. */
	readonly unit: '×' | '%' | 'MB' | 'ms' | 'B/s' | 'MB/s';
	readonly runs: readonly number[];
	/** The value that it should not pass. */
	readonly target?: number;
	/** Whether more is better; then the target is the least. */
	readonly isMoreBetter?: boolean;
}

export interface Summary {
	readonly min: number;
	readonly median: number;
	readonly max: number;
}

/** A figure as it is kept in bench/baseline.json. */
export type Baseline = Readonly<Record<string, number>>;

/** More than this above the baseline is a regression. */
const mostWorse = 0.15;

/** The value below which a share of all values lies; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
	return quantile(values, 0.5);
}

export function summaryOf({ runs }: Figure): Summary {
	return { min: Math.min(...runs), median: median(runs), max: Math.max(...runs) };
}

/** Whether the median keeps the target; undefined where there is none. */
export function meetsTarget(figure: Figure): boolean | undefined {
	const { target, isMoreBetter = false } = figure;
	if (target === undefined) return undefined;
	const { median: value } = summaryOf(figure);
	return isMoreBetter ? value >= target : value <= target;
}

/** The ratios among the figures: what means the same on every machine. */
export function baselineOf(figures: readonly Figure[]): Baseline {
	const ratios = figures.filter(({ unit }) => unit === '×');
	return Object.fromEntries(
		ratios.map((figure) => [figure.name, rounded(summaryOf(figure).median)]),
	);
}

/** One line for each ratio that got worse by more than 15 %. Figures that only one side has are left out. */
export function regressions(figures: readonly Figure[], before: Baseline): readonly string[] {
	return figures.flatMap((figure) => {
		const known = Object.hasOwn(before, figure.name) ? before[figure.name] : undefined;
		if (figure.unit !== '×' || known === undefined || known <= 0) return [];
		const { median: value } = summaryOf(figure);
		const worse = (figure.isMoreBetter === true ? known / value : value / known) - 1;
		if (!(worse > mostWorse)) return [];
		return [
			`${figure.name}: ${rounded(value)} ×, before ${known} × (${Math.round(worse * 100)} % worse)`,
		];
	});
}

/** A table for a terminal: name, minimum, median, maximum, unit, target. */
export function tableOf(figures: readonly Figure[]): string {
	const head = ['figure', 'min', 'median', 'max', '', 'target', ''];
	const rows = figures.map((figure) => {
		const { min, median: middle, max } = summaryOf(figure);
		const isMet = meetsTarget(figure);
		const sign = figure.isMoreBetter === true ? '≥' : '≤';
		return [
			figure.name,
			...[min, middle, max].map(shown),
			figure.unit,
			figure.target === undefined ? '' : `${sign} ${figure.target}`,
			isMet === false ? 'missed' : '',
		];
	});
	const all = [head, ...rows];
	const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
	const isNumber = (column: number): boolean => column >= 1 && column <= 3;
	const lineOf = (row: readonly string[]): string =>
		row
			.map((cell, column) => {
				const width = widths[column] ?? 0;
				return isNumber(column) ? cell.padStart(width) : cell.padEnd(width);
			})
			.join('  ')
			.trimEnd();
	return `${all.map(lineOf).join('\n')}\n`;
}

function shown(value: number): string {
	if (!Number.isFinite(value)) return '–';
	return value >= 1000 ? String(Math.round(value)) : value.toPrecision(3);
}

function rounded(value: number): number {
	return Number(value.toPrecision(3));
}
