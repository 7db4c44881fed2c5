import { formatCount } from '../domain/format.ts';
import { formatNumber } from '../domain/units.ts';
import type { Distribution } from './distribution.ts';
import { joinParts } from './parts.ts';

/** What a distribution is measured in. */
export type DistributionUnit = 'ms' | 'bytes' | 'seconds';

const parts = ['p50', 'p95', 'p99', 'avg', 'max', 'n'] as const;
type Part = (typeof parts)[number];

interface PartField {
	readonly label: string;
	readonly unit: DistributionUnit | 'count';
	readonly priority: 3;
	readonly metric: string;
}

interface Described<Path extends string> {
	/** Of the field in its section, as `confirmationMs`. */
	readonly path: Path;
	readonly label: string;
	readonly unit: DistributionUnit;
	/** Prometheus name without the part and the unit: `nodetop_performance_confirmation`. */
	readonly metric: string;
}

const suffixes = { ms: 'seconds', seconds: 'seconds', bytes: 'bytes' } as const;

/** The fields of one distribution: percentiles, mean, largest and number. */
export function distributionFields<const Path extends string>({
	path,
	label,
	unit,
	metric,
}: Described<Path>): { readonly [Each in Part as `${Path}.${Each}`]: PartField } {
	const fields = parts.map((part): [string, PartField] => [
		`${path}.${part}`,
		{
			label: `${label} ${part}`,
			unit: part === 'n' ? 'count' : unit,
			priority: 3,
			metric: `${metric}_${part === 'n' ? 'samples' : `${part}_${suffixes[unit]}`}`,
		},
	]);
	// Entries lose the names' types; each part was given its field here.
	return Object.fromEntries(fields) as { readonly [Each in Part as `${Path}.${Each}`]: PartField };
}

/** The line that stands for all fields of a distribution. */
export function distributionLine<const Path extends string, Section>(
	{ path, label, unit }: Omit<Described<Path>, 'metric'>,
	read: (section: Section) => Distribution | undefined,
) {
	const format = (value: number) => formatNumber(unit, value);
	return {
		form: 'both',
		label,
		fields: parts.map((part): `${Path}.${Part}` => `${path}.${part}`),
		text(section: Section, { form }: { readonly form: 'short' | 'full' }): string | undefined {
			const { p50, p95, p99, avg, max, n } = read(section) ?? {};
			const middle = p50 ?? avg;
			if (form === 'short') {
				return joinParts(', ', [
					[middle, format],
					[p99, (value) => `p99 ${format(value)}`],
				]);
			}
			return joinParts(', ', [
				[p50, (value) => `p50 ${format(value)}`],
				[p95, (value) => `p95 ${format(value)}`],
				[p99, (value) => `p99 ${format(value)}`],
				[avg, (value) => `average ${format(value)}`],
				[max, (value) => `max ${format(value)}`],
				[n, (value) => `${formatCount(value)} samples`],
			]);
		},
	} as const;
}
