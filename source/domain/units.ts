import {
	formatAge,
	formatBytes,
	formatCount,
	formatMs,
	formatRate,
	formatRatio,
	missing,
} from './format.ts';
import type { Integer } from './scalars.ts';

/** Short where space is scarce, as on a screen; full where a line may be long, as in `status`. */
export type TextForm = 'short' | 'full';

export interface UnitContext {
	/** Unix milliseconds that ages are counted to. */
	readonly nowMs: number;
	readonly form: TextForm;
}

/** How numbers of each unit read. `precision` is the number of digits behind the point, where a unit has a choice. */
const numberFormats = {
	count: formatSmallCount,
	/** A number without a unit, such as a factor. */
	number: (value, precision) =>
		precision === undefined ? formatPlainNumber(value) : Number(value).toFixed(precision),
	ms: (value) => formatMs(Number(value)),
	seconds: (value) => formatMs(Number(value) * 1000),
	days: (value) => `${Number(Number(value).toPrecision(3))} d`,
	ratio: (value) => formatRatio(Number(value)),
	dollars: (value) => `$${Number(value).toFixed(2)}`,
	bytes: formatBytes,
	bytesPerSecond: (value) => formatRate(Number(value)),
	perSecond: (value, precision) => `${formatSpeed(Number(value), precision)}/s`,
} as const satisfies Record<string, (value: Integer, precision?: number) => string>;

export type NumberUnit = keyof typeof numberFormats;

/** How everything else reads. */
const textFormats = {
	text: (value) => value,
	/** One word of a fixed list, such as a status. */
	word: (value, { form }) => (form === 'full' ? capitalise(value) : value),
	/** A node's or a peer's identifier. */
	id: (value, { form }) => (form === 'full' ? value : shorten(value, 16)),
	hash: (value, { form }) => (form === 'full' ? value : shorten(value)),
	blockNumber: (value, { form }) => `${form === 'full' ? '' : '#'}${formatCount(value)}`,
	flag: (value) => (value === 'true' ? 'yes' : 'no'),
	/** A time, as how long ago it was. */
	age: (value, { nowMs }) => `${formatAge(value, nowMs)} ago`,
	/** A time, as such. */
	time: (value) => `${value.slice(0, 19).replace('T', ' ')} UTC`,
} as const satisfies Record<string, (value: string, context: UnitContext) => string>;

export type TextUnit = keyof typeof textFormats;
export type Unit = NumberUnit | TextUnit;

/** Units that a field of this type may have. */
export type UnitOf<Value> = [Value] extends [boolean]
	? 'flag'
	: [Value] extends [number]
		? NumberUnit | 'text'
		: [Value] extends [string]
			? Exclude<TextUnit, 'flag' | 'blockNumber'>
			: NumberUnit | 'blockNumber' | 'text';

/** A number as people read it in its unit. */
export function formatNumber(unit: NumberUnit, value: Integer, precision?: number): string {
	return Number.isNaN(Number(value)) ? missing : numberFormats[unit](value, precision);
}

/** Any single value as people read it in its unit. */
export function formatInUnit(
	unit: Unit,
	value: string | number | boolean,
	context: UnitContext & { readonly precision?: number | undefined },
): string {
	if (isNumberUnit(unit)) {
		return typeof value === 'boolean' ? missing : formatNumber(unit, value, context.precision);
	}
	return textFormats[unit](String(value), context);
}

export function isNumberUnit(unit: Unit): unit is NumberUnit {
	return Object.hasOwn(numberFormats, unit);
}

/** A hash or an id short enough to compare by eye: `0x1f2a…93bc`. */
export function shorten(id: string, keep = 10): string {
	return id.length <= keep + 5 ? id : `${id.slice(0, keep)}…${id.slice(-4)}`;
}

export function capitalise(word: string): string {
	return word.charAt(0).toUpperCase() + word.slice(1);
}

/** Averages of counts have fractions, which matter while they are small. */
function formatSmallCount(value: Integer, precision?: number): string {
	if (precision === 0) return formatCount(value);
	const isFraction = typeof value === 'number' && !Number.isInteger(value) && Math.abs(value) < 100;
	return isFraction ? String(Number(value.toPrecision(3))) : formatCount(value);
}

function formatPlainNumber(value: Integer): string {
	return Number.isInteger(Number(value)) ? formatCount(value) : String(value);
}

function formatSpeed(value: number, precision: number | undefined): string {
	return precision === undefined ? String(Number(value.toPrecision(3))) : value.toFixed(precision);
}
