import type { Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { NodeSlot } from '../node-process.ts';
import { createNodeApp, startNodeServer } from '../node-server.ts';
import type { NodeServer } from '../node-server.ts';
import type { DagNode } from './dag-node.ts';
import { healthLevel } from './health.ts';
import { createNodeMetrics } from './metrics.ts';
import { createStatusStream } from './status-stream.ts';
import type { NodeStatus } from './status.ts';

interface DagServerOptions {
	readonly slot: NodeSlot<DagNode>;
	/** 0 for a free one; kept over restarts. */
	readonly port: number;
	/** The status at this moment; `undefined` while the node is down. */
	readonly readStatus: () => NodeStatus | undefined;
}

/** Serves one node in the API of `nodetop serve`. */
export function startDagServer({ slot, port, readStatus }: DagServerOptions): Promise<NodeServer> {
	const stream = createStatusStream(readStatus);
	const app = createApp(slot, readStatus, stream);
	return startNodeServer({ slot, port, app, onClose: stream.close });
}

function createApp(
	slot: NodeSlot<DagNode>,
	readStatus: () => NodeStatus | undefined,
	stream: ReturnType<typeof createStatusStream>,
): Hono {
	const app = createNodeApp(slot);
	const metrics = createNodeMetrics();
	const withStatus = (context: Context, answer: (status: NodeStatus) => Response) => {
		const status = readStatus();
		return status ? answer(status) : context.json({ error: 'the node is down' }, 503);
	};
	const sendStatus = (context: Context) => withStatus(context, (status) => context.json(status));

	app.get('/api/v1/status', sendStatus);
	app.get('/api/v1/nodes/self/status', sendStatus);
	app.get('/api/v1/network/stats', (context) =>
		withStatus(context, ({ node_id, network_info }) => context.json({ node_id, ...network_info })),
	);
	app.get('/health', (context) =>
		withStatus(context, ({ health }) =>
			context.json(
				{ status: healthLevel(health).toLowerCase(), reasons: reasonsOf(health) },
				healthLevel(health) === 'Unhealthy' ? 503 : 200,
			),
		),
	);
	app.get('/ready', (context) =>
		withStatus(context, ({ consensus_state: { status } }) =>
			context.json({ ready: status === 'active', status }, status === 'active' ? 200 : 503),
		),
	);
	const sendMetrics = async (context: Context) => {
		const status = readStatus();
		const { node } = slot;
		if (!status || !node) return context.text('the node is down\n', 503);
		const scrape = { status, bytes: node.traffic.totals() };
		return context.body(await metrics.render(scrape, node.histograms.all), 200, {
			'content-type': metrics.contentType,
		});
	};
	app.get('/metrics', sendMetrics);
	app.get('/metrics/seed', sendMetrics);
	app.get('/events', (context) => streamSSE(context, (sse) => stream.serve(sse)));
	return app;
}

function reasonsOf(health: NodeStatus['health']): readonly string[] {
	if (health === 'Healthy') return [];
	return 'Degraded' in health ? health.Degraded : health.Unhealthy;
}
