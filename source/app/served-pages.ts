import type { Moment } from '../sections/moment.ts';
import type { SnapshotDocument } from '../sections/snapshot.ts';
import type { ServedPage, WritePage } from '../serve/options.ts';

/**
 * Texts that the server makes of the present moment, by path. A new one is one entry: its summary for the
 * OpenAPI document, and the module that writes it, which is loaded at the first request.
 */
export function servedPages(
	toDocument: (moment: Moment) => SnapshotDocument,
): Readonly<Record<string, ServedPage>> {
	return {
		'/metrics': {
			summary:
				'All numbers as Prometheus text, or as OpenMetrics if the request accepts it; ?prefix=NAME begins their names with NAME, ?peers=true adds a series for each peer, at most 64 a node',
			load: once(async () => {
				const { answerMetrics } = await import('../export/metrics/answer.ts');
				const { requirePrefix } = await import('../export/metrics/families.ts');
				return (moment, { accept, query }) => {
					const prefix = query.get('prefix');
					return answerMetrics(toDocument(moment), accept, {
						prefix: prefix === null ? undefined : requirePrefix(prefix),
						withPeers: query.get('peers') === 'true',
					});
				};
			}),
		},
		'/api/v1/health': {
			summary:
				'Health in the words of the metrics plan (Healthy, Warning, Critical, Failing, Unknown): in all, of each node and of its components, with what is wrong',
			load: once(async () => {
				const { writePlanHealth } = await import('../export/plan-health.ts');
				return (moment) => ({
					contentType: 'application/json',
					body: writePlanHealth(toDocument(moment)),
				});
			}),
		},
		'/metrics/seed': {
			summary: "Metrics by the names of QuDAG's node operations plan, as Prometheus text",
			// Its histograms and totals go on from one request to the next.
			load: once(async () => {
				const { prometheusContentType: contentType } = await import('../export/metrics/answer.ts');
				const write = (await import('../export/metrics/seed.ts')).createSeedExporter();
				return (moment) => ({ contentType, body: write(moment) });
			}),
		},
	};
}

/** Loads at the first call, and gives what it loaded at each. */
function once(load: () => Promise<WritePage>): () => Promise<WritePage> {
	let loaded: Promise<WritePage> | undefined;
	return () => (loaded ??= load());
}
