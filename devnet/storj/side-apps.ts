import type { Hono } from 'hono';
import type { NodeSlot } from '../node-process.ts';
import { createNodeApp } from '../node-server.ts';
import type { Host } from '../part.ts';
import type { Series } from './counters.ts';
import type { StorageNode } from './storage-node.ts';

/** Below this online score the node calls itself unhealthy (storagenode/healthcheck). */
const leastOnline = 0.9;

/** The health answer at the public port, with details. */
export function createHealthApp(
	slot: NodeSlot<StorageNode>,
	{ catchUp }: Pick<Host, 'catchUp'>,
): Hono {
	const app = createNodeApp(slot);
	app.get('/', (context) => {
		catchUp();
		const { node } = slot;
		if (!node) return context.text('the node is down', 503);
		const statuses = node.satellites.map(
			({ info, onlineScore, disqualifiedAtMs, suspendedAtMs }) => ({
				OnlineScore: onlineScore,
				SatelliteID: info.id,
				DisqualifiedAt: isoOrNull(disqualifiedAtMs),
				SuspendedAt: isoOrNull(suspendedAtMs),
			}),
		);
		const isHealthy = statuses.every(
			({ OnlineScore: online, DisqualifiedAt: out, SuspendedAt: suspended }) =>
				online >= leastOnline && out === null && suspended === null,
		);
		const answer = {
			Statuses: statuses,
			Help: 'To access Storagenode services, please use DRPC protocol!',
			AllHealthy: isHealthy,
		};
		return context.json(answer, isHealthy ? 200 : 503);
	});
	return app;
}

const isoOrNull = (ms: number | undefined) =>
	ms === undefined ? null : new Date(ms).toISOString();

/** The metrics of the debug port, as monkit writes them. */
export function createDebugApp(
	slot: NodeSlot<StorageNode>,
	{ catchUp }: Pick<Host, 'catchUp'>,
): Hono {
	const app = createNodeApp(slot);
	app.get('/metrics', (context) => {
		catchUp();
		return slot.node ? context.text(metricsOf(slot.node)) : context.text('the node is down', 503);
	});
	app.get('/health', (context) => context.text('OK'));
	return app;
}

type Sample = readonly [labels: string, field: string, value: number];

function metricsOf(node: StorageNode): string {
	const metrics = new Map<string, Sample[]>();
	const put = (name: string, ...samples: readonly Sample[]) => {
		metrics.set(name, [...(metrics.get(name) ?? []), ...samples]);
	};
	const { used, free } = node.space();
	const monitor = 'scope="storj_io_storj_storagenode_monitor"';
	put('allocated_space', [monitor, 'recent', node.settings.allocatedBytes]);
	put('used_space', [monitor, 'recent', used]);
	put('available_space', [monitor, 'recent', free]);
	for (const { info, auditScore, suspensionScore, onlineScore } of node.satellites) {
		const labels = `satellite_id="${info.id}",scope="storj_io_storj_storagenode_reputation"`;
		put('audit_reputation_score', [labels, 'recent', auditScore]);
		put('suspension_score', [labels, 'recent', suspensionScore]);
		put('online_score', [labels, 'recent', onlineScore]);
	}
	for (const [action, count] of node.counters.startedCounts)
		put(`${directionOf(action)}_started_count`, [labelsOf(action), 'value', count]);
	for (const series of node.counters.series.values()) putTransfers(put, series);
	return [...metrics].map(([name, samples]) => textOf(name, samples)).join('');
}

function putTransfers(
	put: (name: string, ...samples: readonly Sample[]) => void,
	{ action, outcome, sizes, durationsNs }: Series,
): void {
	const labels = labelsOf(action);
	const name = `${directionOf(action)}_${outcome}`;
	put(`${name}_count`, [labels, 'value', sizes.count]);
	for (const [what, values] of [
		['size_bytes', sizes],
		['duration_ns', durationsNs],
	] as const) {
		const { count, sum, min, max, recent } = values;
		put(
			`${name}_${what}`,
			...Object.entries({ count, sum, min, max, recent }).map(([field, value]): Sample => [
				labels,
				field,
				value,
			]),
			...([10, 50, 90, 99] as const).map((percent): Sample => [
				labels,
				`r${percent}`,
				values.quantile(percent / 100),
			]),
		);
	}
}

const directionOf = (action: string) => (action.startsWith('PUT') ? 'upload' : 'download');
const labelsOf = (action: string) =>
	`action="${action}",scope="storj_io_storj_storagenode_piecestore"`;

function textOf(name: string, samples: readonly Sample[]): string {
	const lines = samples.map(
		([labels, field, value]) => `${name}{${labels},field="${field}"} ${value}\n`,
	);
	return `# TYPE ${name} gauge\n${lines.join('')}`;
}
