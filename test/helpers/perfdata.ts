/** One item of performance data, read by the grammar of the Monitoring Plugins guidelines (2.5, 2.6). */
export interface PerfItem {
	readonly label: string;
	/** Absent for the literal `U`. */
	readonly value: number | undefined;
	readonly uom: string;
	readonly warning: Range | undefined;
	readonly critical: Range | undefined;
	readonly min: number | undefined;
	readonly max: number | undefined;
}

/** Alerts outside of it, or inside after `@`. */
export interface Range {
	readonly isInside: boolean;
	readonly start: number;
	readonly end: number;
}

const number = String.raw`-?\d+(?:\.\d+)?`;
const units = 's|us|ms|%|B|KB|MB|TB|c';

/** Reads the data after the first bar of a plugin's first line; throws for what the grammar refuses. */
export function parsePerfdata(text: string): PerfItem[] {
	const items: PerfItem[] = [];
	let rest = text.trim();
	while (rest !== '') {
		const found = /^(?:'((?:[^'=]|'')+)'|([^\s'=]+))=(\S+)\s*/.exec(rest);
		if (!found) throw new Error(`no performance data: ${rest.slice(0, 60)}`);
		const [whole, quoted, bare, fields = ''] = found;
		items.push(parseItem(quoted?.replaceAll("''", "'") ?? bare ?? '', fields));
		rest = rest.slice(whole.length);
	}
	return items;
}

function parseItem(label: string, fields: string): PerfItem {
	const [first = '', warning = '', critical = '', min = '', max = '', ...more] = fields.split(';');
	if (more.length > 0) throw new Error(`${label}: too many fields`);
	const value = new RegExp(`^(?:(U)|(${number})(${units})?)$`).exec(first);
	if (!value) throw new Error(`${label}: no value: ${first}`);
	return {
		label,
		value: value[1] === undefined ? Number(value[2]) : undefined,
		uom: value[3] ?? '',
		warning: parseRange(warning),
		critical: parseRange(critical),
		min: parseNumber(min),
		max: parseNumber(max),
	};
}

function parseRange(text: string): Range | undefined {
	if (text === '') return undefined;
	const found = new RegExp(`^(@)?(?:(~|${number})?:)?(${number})?$`).exec(text);
	if (!found) throw new Error(`no range: ${text}`);
	const [, at, start = '0', end] = found;
	return {
		isInside: at === '@',
		start: start === '~' ? Number.NEGATIVE_INFINITY : Number(start),
		end: end === undefined ? Number.POSITIVE_INFINITY : Number(end),
	};
}

function parseNumber(text: string): number | undefined {
	if (text === '') return undefined;
	if (!new RegExp(`^${number}$`).test(text)) throw new Error(`no number: ${text}`);
	return Number(text);
}

/** Whether a value is one to alert about. */
export function isAlerting(value: number, { isInside, start, end }: Range): boolean {
	const isWithin = value >= start && value <= end;
	return isInside ? isWithin : !isWithin;
}
