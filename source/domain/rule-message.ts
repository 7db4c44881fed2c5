import type { RuleUnit } from './rule.ts';
import { formatNumber } from './units.ts';

const placePattern = /\{(\w+)(?:\|([^{|}]*)\|([^{|}]*))?\}/g;

/**
 * Fills the places of a message: `{node}` with its text, `{value|block|blocks}` with the value and the word for one or
 * for many, and `{times}` with the value as once, twice or 3 times. A place without a text stays as it is.
 */
export function fillTemplate(template: string, places: Readonly<Record<string, string>>): string {
	return template.replaceAll(
		placePattern,
		(place: string, name: string, one?: string, many?: string) => {
			const text = textOfPlace(name, places);
			if (text === undefined) return place;
			return one === undefined ? text : `${text} ${text === '1' ? one : many}`;
		},
	);
}

function textOfPlace(name: string, places: Readonly<Record<string, string>>): string | undefined {
	if (Object.hasOwn(places, name)) return places[name];
	return name === 'times' && places['value'] !== undefined ? timesOf(places['value']) : undefined;
}

function timesOf(count: string): string {
	if (count === '1') return 'once';
	return count === '2' ? 'twice' : `${count} times`;
}

/** A message whose places become those of another language: `place` gives what stands for each. */
export function translateTemplate(template: string, place: (name: string) => string): string {
	return template.replaceAll(placePattern, (_, name: string, _one: string, many?: string) =>
		name === 'times' ? `${place('value')} times` : [place(name), many].filter(Boolean).join(' '),
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
