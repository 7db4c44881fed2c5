import type { MetricMapping, MetricMappings } from '../../domain/metric-mapping.ts';
import type { Exposition } from './exposition.ts';
import { hostMetricNames } from './host-metrics.ts';
import { builtInMappings } from './mappings.ts';
import { processMetricNames } from './process-metrics.ts';

export interface NamedMapping {
	readonly name: string;
	readonly mapping: MetricMapping;
}

/** The user's own come first; one that is called as a built-in one replaces it. */
export function mappingsInForce(own: MetricMappings = {}): readonly NamedMapping[] {
	const all: MetricMappings = { ...own, ...withoutNames(builtInMappings, own) };
	return Object.entries(all).map(([name, mapping]) => ({ name, mapping }));
}

function withoutNames(mappings: MetricMappings, names: MetricMappings): MetricMappings {
	return Object.fromEntries(
		Object.entries(mappings).filter(([name]) => !Object.hasOwn(names, name)),
	);
}

/** The first mapping whose metrics are all there. */
export function detectMapping(
	mappings: readonly NamedMapping[],
	exposition: Exposition,
): NamedMapping | undefined {
	return mappings.find(({ mapping }) => mapping.detect.every((name) => exposition.has(name)));
}

const buildInfo = '_build_info';
const histogramParts = ['_bucket', '_sum', '_count'];

/** Which samples any of these mappings, or what every program tells of itself, can want. */
export function wantedBy(mappings: readonly NamedMapping[]): (name: string) => boolean {
	const wanted = new Set([...processMetricNames, ...hostMetricNames]);
	for (const { mapping } of mappings) {
		const { latencies = {}, peerLatency, peerList, validators } = mapping;
		for (const name of mapping.detect) wanted.add(name);
		const plain = [
			...Object.values(mapping.fields ?? {}),
			...Object.values(mapping.texts ?? {}),
			...Object.values(mapping.messages ?? {}),
			peerList,
			...Object.values(mapping.splits ?? {}),
			...Object.values(mapping.distributions ?? {}),
			...Object.values(mapping.messageMeasures ?? {}),
			...Object.values(validators?.facts ?? {}),
			...Object.values(latencies),
			peerLatency,
		];
		for (const name of plain.flatMap((source) => source?.metrics ?? [])) {
			wanted.add(name);
			for (const part of histogramParts) wanted.add(name + part);
		}
	}
	return (name) => wanted.has(name) || name.endsWith(buildInfo);
}
