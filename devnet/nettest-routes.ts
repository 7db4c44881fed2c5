import type { Hono } from 'hono';
import type { NodeSlot } from './node-process.ts';

/** The largest transfer. */
const maxTransferBytes = 100_000_000;
const pieceBytes = 64 * 1024;

/**
 * What a node serves to `nodetop network test`: `GET …/download?bytes=N`, `POST …/upload`, and `GET
 * …/next-hop?to=NODE` with the name or id of a node. None of them changes the network.
 */
export function addNettestRoutes(app: Hono, slot: NodeSlot<unknown>): void {
	const path = '/api/v1/nettest';
	app.get(`${path}/download`, (context) => {
		const bytes = Number(context.req.query('bytes'));
		if (!Number.isInteger(bytes) || bytes < 1 || bytes > maxTransferBytes) {
			return context.json({ error: `bytes is a whole number from 1 to ${maxTransferBytes}` }, 400);
		}
		return context.body(bytesOf(bytes), 200, {
			'content-type': 'application/octet-stream',
			'content-length': String(bytes),
			'cache-control': 'no-store',
		});
	});
	app.post(`${path}/upload`, async (context) => {
		let bytes = 0;
		for await (const piece of context.req.raw.body ?? []) {
			bytes += piece.length;
			if (bytes > maxTransferBytes) return context.json({ error: 'too large' }, 413);
		}
		return context.json({ bytes });
	});
	app.get(`${path}/next-hop`, (context) => {
		const hop = slot.nextHop(context.req.query('to') ?? '');
		return hop ? context.json(hop) : context.json({ error: 'no way is known' }, 404);
	});
}

/** A body that is produced only as fast as it is read. */
function bytesOf(total: number): ReadableStream<Uint8Array> {
	const piece = new Uint8Array(pieceBytes).fill(0x6e);
	let left = total;
	return new ReadableStream({
		pull(controller) {
			const size = Math.min(left, piece.length);
			controller.enqueue(piece.subarray(0, size));
			left -= size;
			if (left === 0) controller.close();
		},
	});
}
