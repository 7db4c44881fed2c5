import type { Hono } from 'hono';
import { readJsonBody } from '../json-body.ts';
import type { NodeSlot } from '../node-process.ts';
import { createNodeApp } from '../node-server.ts';
import type { Host } from '../part.ts';
import type { EvmNode } from './evm-node.ts';
import { answerRpc } from './rpc.ts';

const maxBodyBytes = 1024 * 1024;

/** The HTTP server of a node: JSON-RPC 2.0 with batches at `POST /`, read-only. */
export function createEvmApp(slot: NodeSlot<EvmNode>, host: Pick<Host, 'catchUp'>): Hono {
	const app = createNodeApp(slot);
	app.post('/', async (context) => {
		const body = await readJsonBody(context.req, maxBodyBytes);
		if ('refused' in body) {
			return body.refused === 'type'
				? context.text('invalid content type, only application/json is supported', 415)
				: context.text('content length too large', 413);
		}
		host.catchUp();
		if (!slot.node) return context.text('the node is down', 503);
		const answer = answerRpc(slot.node, body.text);
		if (answer === undefined) return context.body(null, 204);
		// As text, because only the method knows the shape of its answer.
		return context.body(JSON.stringify(answer), 200, { 'content-type': 'application/json' });
	});
	return app;
}
