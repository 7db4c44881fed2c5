import { cleanText } from '../../domain/clean.ts';
import type { Identity } from '../../sections/identity/schema.ts';
import type { Reading } from '../../sections/snapshot.ts';
import { detectMapping } from './detection.ts';
import type { NamedMapping } from './detection.ts';
import { labelOf } from '../series.ts';
import type { Exposition } from './exposition.ts';
import { defined, definedOrNone } from '../../domain/defined.ts';
import { createHostMeter } from './host-metrics.ts';
import { createMappedReader } from './mapped-reading.ts';
import type { MappedReading } from './mapped-reading.ts';
import { createProcessMeter } from './process-metrics.ts';

export interface MetricsReading extends MappedReading {
	/** Absent for an exposition whose consensus no mapping knows. */
	readonly mapping: NamedMapping | undefined;
	/** Whether it is of a machine: node_exporter. */
	readonly isHost: boolean;
	/** Whether the page has the metrics of its mapping, but no number in any of them: NaN or infinity. */
	readonly isWithoutNumbers: boolean;
	readonly notes: readonly string[];
}

const nothing: MappedReading = {
	sections: {},
	signs: { hasLeader: undefined, isSyncing: undefined, isHealthy: undefined },
	committedView: undefined,
};

/**
 * Everything that a scrape tells: the fields of the mapping that fits it, and what the process, or
 * the machine in the case of node_exporter, says of itself.
 */
export function createMetricsReader(
	mappings: readonly NamedMapping[],
	mine?: readonly string[],
): (exposition: Exposition, atMs: number) => MetricsReading {
	const readProcess = createProcessMeter();
	const readHost = createHostMeter();
	let current:
		| { readonly mapping: NamedMapping; readonly read: ReturnType<typeof createMappedReader> }
		| undefined;
	return (exposition, atMs) => {
		const mapping = detectMapping(mappings, exposition);
		if (!mapping) current = undefined;
		else if (current?.mapping !== mapping) {
			current = { mapping, read: createMappedReader(mapping.mapping, mine) };
		}
		const mapped = current?.read(exposition, atMs) ?? nothing;
		const process = readProcess(exposition, atMs);
		const host = readHost(exposition, atMs);
		const own = host ?? process;
		const resources = own.resources && { ...own.resources, ...ownFigures(mapped) };
		return {
			...mapped,
			mapping,
			isHost: host !== undefined,
			isWithoutNumbers: mapping !== undefined && isWithoutNumbers(mapping, exposition),
			sections: {
				...mapped.sections,
				...defined({
					identity: definedOrNone<Identity>({
						...buildInfo(exposition),
						...own.identity,
						...mapped.sections.identity,
					}),
					resources: resources ?? mapped.sections.resources,
					network: mapped.sections.network ?? host?.network,
				}),
			},
			notes: notesOn(exposition),
		};
	};
}

function isWithoutNumbers({ mapping: { fields } }: NamedMapping, exposition: Exposition): boolean {
	let isThere = false;
	for (const source of Object.values(fields ?? {})) {
		for (const name of source?.metrics ?? []) {
			if (!exposition.has(name)) continue;
			isThere = true;
			const hasNumber = exposition
				.series({ metrics: [name] })
				.some(({ value }) => Number.isFinite(value));
			if (hasNumber) return false;
		}
	}
	return isThere;
}

function ownFigures({
	sections,
}: MappedReading): Omit<NonNullable<Reading['resources']>, 'source'> {
	const { source: _source, ...figures } = sections.resources ?? { source: 'node' as const };
	return figures;
}

const suffix = '_build_info';

/**
 * What runs there, by the family that the official libraries advise (`prometheus_build_info`). Go's
 * own is left out: its version is of a module, and mostly `(devel)`.
 */
function buildInfo(exposition: Exposition): Pick<Identity, 'client' | 'version'> {
	for (const name of buildInfoFamilies(exposition.names)) {
		const [sample] = exposition.series({ metrics: [name] });
		const version = cleanText(labelOf(sample?.labels ?? {}, 'version'))?.replace(/^v(?=\d)/, '');
		if (version === undefined) continue;
		return { client: name.slice(0, -suffix.length), version };
	}
	return {};
}

/** By the names of a page: the next page mostly has the same list of them. */
const knownFamilies = new WeakMap<readonly string[], readonly string[]>();

function buildInfoFamilies(names: readonly string[]): readonly string[] {
	const known = knownFamilies.get(names);
	if (known) return known;
	const families = names.filter(
		(name) => name.endsWith(suffix) && name !== `go${suffix}` && name.length > suffix.length,
	);
	knownFamilies.set(names, families);
	return families;
}

function notesOn({ skippedLines, truncated }: Exposition): string[] {
	const lost = [...truncated].slice(0, 5).join(', ');
	return [
		...(skippedLines === 0
			? []
			: [
					`${skippedLines} ${skippedLines === 1 ? 'line' : 'lines'} of its metrics could not be read and ${skippedLines === 1 ? 'was' : 'were'} passed over`,
				]),
		...(lost === '' ? [] : [`too many series to add up, so not read: ${lost}`]),
	];
}
