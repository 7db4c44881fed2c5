import type { CheckValue, HealthUnit } from '../sections/health/component-health.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';

/**
 * Performance data by the Monitoring Plugins development guidelines
 * (monitoring-plugins.org/doc/guidelines.html, section 2.6): `'label'=value[UOM];[warn];[crit];[min];[max]`,
 * blanks between. Thresholds are ranges (section 2.5): `60` alerts above 60, `3:` below 3.
 */

interface Measure {
	readonly uom: 's' | 'B' | '%' | 'c' | '';
	readonly factor: number;
}

const measures: Readonly<Record<HealthUnit, Measure>> = {
	seconds: { uom: 's', factor: 1 },
	bytes: { uom: 'B', factor: 1 },
	ratio: { uom: '%', factor: 100 },
	count: { uom: '', factor: 1 },
	counter: { uom: 'c', factor: 1 },
};

/** The poll's latency and every value of the checks of a node, each as one item. */
export function perfdataOf({ target, poll, health }: NodeSnapshot): readonly string[] {
	const checked = (health.components ?? []).flatMap(({ checks }) =>
		checks.flatMap(({ values }) => values),
	);
	const latency: readonly CheckValue[] =
		poll.latencyMs === undefined
			? []
			: [{ name: 'latency', value: poll.latencyMs / 1000, unit: 'seconds' }];
	return [...latency, ...checked].map((value) => toItem(target.name, value));
}

function toItem(node: string, given: CheckValue): string {
	const { name, value, unit, trouble, warning, critical } = given;
	const { uom, factor } = measures[unit];
	const range = (threshold: number | undefined): string => {
		if (threshold === undefined) return '';
		return `${toDecimal(threshold * factor)}${trouble === 'below' ? ':' : ''}`;
	};
	const number = Number.isFinite(value) ? `${toDecimal(value * factor)}${uom}` : 'U';
	return `${toLabel(`${node}_${toSnakeCase(name)}`)}=${number};${range(warning)};${range(critical)};0`;
}

/** Never with an exponent, which the guidelines do not know; to a microsecond. */
function toDecimal(value: number): string {
	if (Math.abs(value) >= 1e15) return BigInt(Math.round(value)).toString();
	return value.toFixed(6).replace(/\.?0+$/, '');
}

/** A label may hold anything but `=`; a quote is doubled. `|` would end the text for simple readers. */
function toLabel(text: string): string {
	return `'${text.replaceAll(/[=|\s]/g, '_').replaceAll("'", "''")}'`;
}

function toSnakeCase(name: string): string {
	return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
