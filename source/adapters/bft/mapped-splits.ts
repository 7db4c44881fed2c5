import type { MessageFate, MessageMeasure, MetricMapping } from '../../domain/metric-mapping.ts';
import { messageMeasures } from '../../domain/metric-mapping.ts';
import { clean } from '../../domain/clean.ts';
import type { Integer } from '../../domain/scalars.ts';
import type { Distribution } from '../../sections/distribution.ts';
import { mappedDistributions } from '../../sections/mapped-fields.ts';
import type { MappedDistribution } from '../../sections/mapped-fields.ts';
import type { Network } from '../../sections/network/schema.ts';
import type { Exposition } from './exposition.ts';
import { labelOf } from '../series.ts';
import { createLatencyReader, maxSplits, readSplit } from './mapped-values.ts';
import { createReaders } from './readers.ts';

type Entries = [path: string, value: unknown][];

/** Of these, who has none is no news. */
const withoutZeros: ReadonlySet<string> = new Set(['consensus.equivocationsBy']);

/** Counts by the text of a label, by the path of their record. */
export function readSplits(mapping: MetricMapping, exposition: Exposition): Entries {
	return Object.entries(mapping.splits ?? {}).map(([path, source]) => {
		const counts = source && readSplit(exposition, source);
		if (!counts || !withoutZeros.has(path)) return [path, counts];
		const some = Object.entries(counts).filter(([, count]) => Number(count) > 0);
		return [path, Object.fromEntries(some)];
	});
}

/** Reads percentiles, by the path of their distribution. */
export function createDistributionsReader(
	mapping: MetricMapping,
): (exposition: Exposition, atMs: number) => Entries {
	const readDistribution = createReaders<Distribution>();
	return (exposition, atMs) =>
		Object.entries(mapping.distributions ?? {}).flatMap(([path, source]): Entries => {
			if (source === undefined) return [];
			// The schema's keys are the names of the distributions.
			const unit = mappedDistributions[path as MappedDistribution];
			const make = () => createLatencyReader(source, unit);
			return [[path, readDistribution(source, make, exposition, atMs)]];
		});
}

type MessageCount = NonNullable<Network['messages']>[number];
type Measured = Partial<Record<MessageMeasure, Distribution>>;

/** Reads messages by type: how many there were, how large they are, and how long they take. */
export function createMessagesReader(
	mapping: MetricMapping,
): (exposition: Exposition, atMs: number) => MessageCount[] | undefined {
	const readMeasures = createMeasuresReader(mapping);
	return (exposition, atMs) => {
		const byType = new Map<string, Partial<Record<MessageFate, Integer>> & Measured>();
		for (const [fate, source] of Object.entries(mapping.messages ?? {})) {
			const counts = source ? (readSplit(exposition, source) ?? {}) : {};
			for (const [type, count] of Object.entries(counts)) {
				byType.set(type, { ...byType.get(type), [fate]: count });
			}
		}
		for (const [type, measured] of readMeasures(exposition, atMs)) {
			byType.set(type, { ...byType.get(type), ...measured });
		}
		const messages = [...byType].map(([type, counts]) => ({ type, ...counts }));
		return messages.length === 0 ? undefined : messages;
	};
}

/** One reader for each type that was ever seen: each remembers its own last minute. */
function createMeasuresReader({ messageMeasures: sources = {} }: MetricMapping) {
	const readers = new Map<string, ReturnType<typeof createLatencyReader>>();
	return (exposition: Exposition, atMs: number): Map<string, Measured> => {
		const measured = new Map<string, Measured>();
		for (const measure of messageMeasures) {
			const source = sources[measure];
			if (!source) continue;
			for (const text of textsOf(exposition, source)) {
				const key = `${measure} ${text}`;
				const unit = measure === 'bytes' ? 'bytes' : 'ms';
				const match = { ...source.match, [source.label]: text };
				const read = readers.get(key) ?? createLatencyReader({ ...source, match }, unit);
				readers.set(key, read);
				const distribution = read(exposition, atMs);
				const type = clean(text, 60);
				if (!distribution || type === '') continue;
				measured.set(type, { ...measured.get(type), [measure]: distribution });
			}
		}
		return measured;
	};
}

function textsOf(
	exposition: Exposition,
	{ metrics, match, label }: NonNullable<MetricMapping['messageMeasures']>['bytes'] & object,
): readonly string[] {
	const counts = exposition.series({ metrics: metrics.map((name) => `${name}_count`), match });
	const texts = new Set(counts.flatMap(({ labels }) => labelOf(labels, label) ?? []));
	return [...texts].slice(0, maxSplits);
}
