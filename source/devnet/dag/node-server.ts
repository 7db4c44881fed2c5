import { Hono } from 'hono';
import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { NodeSlot } from './dag-network.ts';
import { loopbackOnly } from '../guard.ts';
import { listen } from '../listening.ts';
import type { Listening } from '../listening.ts';
import { createNodeMetrics } from './metrics.ts';
import { createStatusStream } from './status-stream.ts';
import type { NodeStatus } from './status.ts';
import { wordOf } from './verdict.ts';

/** The HTTP side of one node, in the API of `nodetop serve`. */
export interface NodeServer {
	readonly url: string;
	/** Closes and opens with the node's crashes and restarts. */
	follow(): Promise<void>;
	close(): Promise<void>;
}

interface NodeServerOptions {
	readonly slot: NodeSlot;
	/** 0 for a free one; kept over restarts. */
	readonly port: number;
	/** The status at this moment; `undefined` while the node is down. */
	readonly readStatus: () => NodeStatus | undefined;
}

export async function startNodeServer(options: NodeServerOptions): Promise<NodeServer> {
	const { slot, readStatus } = options;
	const stream = createStatusStream(readStatus);
	const app = createApp(slot, readStatus, stream);
	const first = await listen(app, options.port);
	let listening: Listening | undefined = first;
	slot.address = `127.0.0.1:${first.port}`;

	const close = async (): Promise<void> => {
		const open = listening;
		listening = undefined;
		stream.close();
		await open?.close();
	};
	// One after the other, so that a crash and a restart in one moment end in an open server.
	let before: Promise<unknown> = Promise.resolve();
	const inTurn = (task: () => Promise<void>): Promise<void> => {
		const result = (async () => {
			await before;
			await task();
		})();
		before = Promise.allSettled([result]);
		return result;
	};
	return {
		url: first.url,
		follow: () =>
			inTurn(async () => {
				if (!slot.node) await close();
				else listening ??= await listen(app, first.port);
			}),
		close: () => inTurn(close),
	};
}

function createApp(
	slot: NodeSlot,
	readStatus: () => NodeStatus | undefined,
	stream: ReturnType<typeof createStatusStream>,
): Hono {
	const app = new Hono();
	const metrics = createNodeMetrics();
	const withStatus = (context: Context, answer: (status: NodeStatus) => Response) => {
		const status = readStatus();
		return status ? answer(status) : context.json({ error: 'the node is down' }, 503);
	};
	const sendStatus = (context: Context) => withStatus(context, (status) => context.json(status));

	app.use(loopbackOnly, async (_context, next) => {
		if (slot.slowMs > 0) await pause(slot.slowMs);
		await next();
	});
	app.get('/api/v1/status', sendStatus);
	app.get('/api/v1/nodes/self/status', sendStatus);
	app.get('/api/v1/network/stats', (context) =>
		withStatus(context, ({ node_id, network_info }) => context.json({ node_id, ...network_info })),
	);
	app.get('/health', (context) =>
		withStatus(context, ({ health }) =>
			context.json(
				{ status: wordOf(health).toLowerCase(), reasons: reasonsOf(health) },
				wordOf(health) === 'Unhealthy' ? 503 : 200,
			),
		),
	);
	app.get('/ready', (context) =>
		withStatus(context, ({ consensus_state: { status } }) =>
			context.json({ ready: status === 'active', status }, status === 'active' ? 200 : 503),
		),
	);
	app.get('/metrics', async (context) => {
		const status = readStatus();
		if (!status) return context.text('the node is down\n', 503);
		return context.body(await metrics.render(status), 200, {
			'content-type': metrics.contentType,
		});
	});
	app.get('/events', (context) => streamSSE(context, (sse) => stream.serve(sse)));
	app.notFound((context) => context.json({ error: 'Not Found' }, 404));
	return app;
}

function reasonsOf(health: NodeStatus['health']): readonly string[] {
	if (health === 'Healthy') return [];
	return 'Degraded' in health ? health.Degraded : health.Unhealthy;
}

function pause(durationMs: number): Promise<void> {
	return new Promise((resolve) => {
		setTimeout(resolve, durationMs);
	});
}
