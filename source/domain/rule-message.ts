import { formatBytes, formatCount, formatDuration, formatMs, formatRatio } from './format.ts';
import type { RuleUnit } from './rule.ts';

/** Fills the places of a message, as in `{node}: {value}`. A place without a text stays as it is. */
export function fillTemplate(template: string, places: Readonly<Record<string, string>>): string {
	return template.replaceAll(/\{(\w+)\}/g, (place, name: string) =>
		Object.hasOwn(places, name) ? (places[name] ?? '') : place,
	);
}

const formatters: Readonly<Record<RuleUnit, (value: number) => string>> = {
	ratio: formatRatio,
	ms: formatMs,
	seconds: formatDuration,
	bytes: formatBytes,
	count: (value) => (Number.isInteger(value) ? formatCount(value) : value.toPrecision(3)),
	perSecond: (value) => `${Number(value.toPrecision(3))}/s`,
	days: (value) => `${Number(value.toPrecision(3))} d`,
};

/** A value as people read it in its unit. */
export function formatValue(
	value: number | string | undefined,
	unit: RuleUnit | undefined,
): string {
	if (typeof value !== 'number') return value ?? '';
	return unit === undefined ? String(Number(value.toPrecision(4))) : formatters[unit](value);
}
