import { PollError } from '../../domain/errors.ts';
import type { Adapter } from '../adapter.ts';
import { query } from './query.ts';
import { createPrometheusSource } from './source.ts';

const isFleet = 'a Prometheus stores metrics of nodes: look at the nodes below it';

/**
 * A server with the HTTP API of Prometheus (Prometheus 2, Thanos, Mimir, VictoriaMetrics): its targets as
 * nodes, read by the mappings of kind `bft` and by the metrics that another nodetop exports. nodetop judges
 * them; the alerts that fire at the server stand beside.
 */
export const prometheus = {
	kind: 'prometheus',
	title: 'Prometheus server with a fleet',
	schemes: ['http:', 'https:'],
	localUrls: ['http://127.0.0.1:9090', 'http://127.0.0.1:8428'],
	absentSections: {
		consensus: isFleet,
		dag: isFleet,
		chain: isFleet,
		network: isFleet,
		resources: isFleet,
	},
	async probe(target, { http, signal }) {
		try {
			const { series } = await query({ http, signal, base: target.url }, 'count(up)');
			const targets = series[0]?.value ?? 0;
			return { found: `Prometheus with ${targets} targets`, confidence: 'certain' };
		} catch (error) {
			const isOther =
				error instanceof PollError &&
				(error.code === 'unsupported' || error.code === 'badResponse');
			if (isOther) return undefined;
			throw error;
		}
	},
	open: (target) => createPrometheusSource(target),
} as const satisfies Adapter;
