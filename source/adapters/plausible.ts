import type { Reading } from '../sections/snapshot.ts';

/** No peer is an hour away, and no machine has so many cores or has run for so long. */
const mostLatencyMs = 3_600_000;
const mostCpuRatio = 4096;
const mostUptimeSeconds = 100 * 365 * 86_400;
/** Clocks may differ; a start after tomorrow is none. */
const mostAheadMs = 86_400_000;

/** The reading without figures that no node has, and a note that names them; itself where there are none. */
export function withoutImpossible(reading: Reading, nowMs: number): Reading {
	const { network, resources, identity } = reading;
	const left: string[] = [];
	const without = <Section extends object>(
		section: Section,
		name: string,
		isImpossible: (key: string, value: unknown) => boolean,
	): Section => {
		const bad = Object.entries(section).filter(([key, value]) => isImpossible(key, value));
		if (bad.length === 0) return section;
		left.push(...bad.map(([key]) => `${name}.${key}`));
		const keys = new Set(bad.map(([key]) => key));
		// Each of these fields is optional.
		return Object.fromEntries(Object.entries(section).filter(([key]) => !keys.has(key))) as Section;
	};
	const latencyMs =
		network?.latencyMs &&
		without(network.latencyMs, 'network.latencyMs', (_key, value) => Number(value) > mostLatencyMs);
	const sane: Reading = {
		...reading,
		...(network && latencyMs !== network.latencyMs && { network: { ...network, latencyMs } }),
		...(resources && {
			resources: without(
				resources,
				'resources',
				(key, value) => key === 'cpuRatio' && Number(value) > mostCpuRatio,
			),
		}),
		...(identity && {
			identity: without(
				identity,
				'identity',
				(key, value) =>
					(key === 'uptimeSeconds' && Number(value) > mostUptimeSeconds) ||
					(key === 'startedAt' && Date.parse(String(value)) - nowMs > mostAheadMs),
			),
		}),
	};
	if (left.length === 0) return reading;
	const note = `left out, for no node has such a value: ${left.slice(0, 8).join(', ')}`;
	return { ...sane, notes: [...(reading.notes ?? []), note] };
}
