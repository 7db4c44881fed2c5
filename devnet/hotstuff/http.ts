import type { Context, Hono } from 'hono';
import type { NodeSlot } from '../node-process.ts';
import { createNodeApp } from '../node-server.ts';
import type { Host } from '../part.ts';
import { addCometRoutes } from './comet-rpc.ts';
import { createReplicaMetrics } from './metrics.ts';
import type { Replica } from './replica.ts';
import { consensusOf, figuresOf, stateOf } from './status.ts';

/**
 * The HTTP server of a replica: `/metrics` as Prometheus text, or as the JSON of sure2web3/hotstuff2
 * for clients that accept nothing but JSON; `/api/v1/consensus/status` and `/api/v1/consensus/metrics` as its
 * plan has them; `/health` (`OK`) and `/ready`.
 */
export function createReplicaApp(slot: NodeSlot<Replica>, host: Host, nowMs: () => number): Hono {
	const app = createNodeApp(slot);
	const metrics = createReplicaMetrics();
	const withReplica = (
		context: Context,
		answer: (replica: Replica) => Response | Promise<Response>,
	): Response | Promise<Response> => {
		host.catchUp();
		return slot.node ? answer(slot.node) : context.json({ error: 'the replica is down' }, 503);
	};
	const figures = (context: Context) =>
		withReplica(context, (replica) => context.json(figuresOf(replica, slot.wallNowMs())));

	app.get('/metrics', (context) => {
		const accept = context.req.header('accept') ?? '*/*';
		if (/^application\/json\b[^,]*$/.test(accept)) return figures(context);
		return withReplica(context, async (replica) => {
			const cpuSeconds = slot.stopwatch.busyMs / 1000;
			const resources = host.usageOf(slot.stopwatch);
			const source = { replica, cpuSeconds, resources };
			const text = await metrics.render(source, replica.counters.histograms);
			return context.body(text, 200, { 'content-type': metrics.contentType });
		});
	});
	addCometRoutes(app, slot, { host, nowMs });
	app.get('/api/v1/consensus/metrics', figures);
	app.get('/api/v1/consensus/status', (context) =>
		withReplica(context, (replica) => context.json(consensusOf(replica, nowMs()))),
	);
	app.get('/health', (context) => withReplica(context, () => context.text('OK')));
	app.get('/ready', (context) =>
		withReplica(context, (replica) => {
			const status = stateOf(replica, nowMs());
			return context.json({ ready: status === 'active', status }, status === 'active' ? 200 : 503);
		}),
	);
	return app;
}
