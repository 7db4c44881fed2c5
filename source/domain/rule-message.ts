import type { RuleUnit } from './rule.ts';
import { formatNumber } from './units.ts';

/** Fills the places of a message, as in `{node}: {value}`. A place without a text stays as it is. */
export function fillTemplate(template: string, places: Readonly<Record<string, string>>): string {
	return template.replaceAll(/\{(\w+)\}/g, (place, name: string) =>
		Object.hasOwn(places, name) ? (places[name] ?? '') : place,
	);
}

/** A value as people read it in its unit. */
export function formatValue(
	value: number | string | undefined,
	unit: RuleUnit | undefined,
): string {
	if (typeof value !== 'number') return value ?? '';
	return unit === undefined ? String(Number(value.toPrecision(4))) : formatNumber(unit, value);
}
