import type { Hono } from 'hono';
import type { NodeSlot } from '../node-process.ts';
import { createNodeApp } from '../node-server.ts';
import type { Host } from '../part.ts';
import type { EvmNode } from './evm-node.ts';
import { answerRpc } from './rpc.ts';

const maxBodyBytes = 1024 * 1024;

/** The HTTP side of a node: JSON-RPC 2.0 with batches at `POST /`, read-only. */
export function createEvmApp(slot: NodeSlot<EvmNode>, host: Pick<Host, 'catchUp'>): Hono {
	const app = createNodeApp(slot);
	app.post('/', async (context) => {
		if (!/^application\/json\b/i.test(context.req.header('content-type') ?? '')) {
			return context.text('invalid content type, only application/json is supported', 415);
		}
		// Node reads no more than was announced, so the announcement is enough to bound it.
		const sizeBytes = Number(context.req.header('content-length') ?? Infinity);
		if (!(sizeBytes <= maxBodyBytes)) return context.text('content length too large', 413);
		const body = await context.req.text();
		host.catchUp();
		if (!slot.node) return context.text('the node is down', 503);
		const answer = answerRpc(slot.node, body);
		if (answer === undefined) return context.body(null, 204);
		// As text: the shape of an answer is known to its method alone.
		return context.body(JSON.stringify(answer), 200, { 'content-type': 'application/json' });
	});
	return app;
}
