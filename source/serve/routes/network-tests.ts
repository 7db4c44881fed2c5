import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import * as z from 'zod';
import type { AppParts, ServeApp } from '../app-types.ts';
import type { ServeOptions } from '../options.ts';
import { readBody } from './body.ts';

const testSchema = z.strictObject({
	test: z.string().max(40),
	node: z.string().max(200),
	peer: z.string().max(200).optional(),
	options: z.record(z.string().max(40), z.union([z.number(), z.string().max(200)])).default({}),
	confirm: z.boolean().default(false),
});
const mostAtOnce = 4;

/**
 * Runs a network test from here, and sends its records as they come, one JSON document a line; the last is the
 * summary. A client that leaves ends the test.
 */
export function addNetworkTests(
	app: ServeApp,
	{ runTest }: ServeOptions,
	{ needs }: AppParts,
): void {
	let running = 0;
	app.post('/api/v1/network/test', needs('test'), async (context) => {
		const body = await readBody(context, testSchema);
		if ('refusal' in body) return body.refusal;
		if (running >= mostAtOnce) {
			return context.json({ error: `${mostAtOnce} tests are running` }, 429, {
				'retry-after': '10',
			});
		}
		const { confirm, ...asked } = body.value;
		const { outgoing } = context.env;
		const left = new AbortController();
		outgoing.once('close', () => {
			left.abort();
		});
		running += 1;
		try {
			const refused = await runTest({
				...asked,
				isConfirmed: confirm,
				signal: left.signal,
				onRecord(record) {
					if (!outgoing.headersSent) {
						outgoing.writeHead(200, {
							'content-type': 'application/x-ndjson',
							'cache-control': 'no-store',
						});
					}
					// A reader that does not take them does not get them.
					if (outgoing.writableLength < 1_000_000) outgoing.write(`${JSON.stringify(record)}\n`);
				},
			});
			if (refused) return context.json({ error: refused.error }, refused.status);
			outgoing.end();
			return RESPONSE_ALREADY_SENT;
		} finally {
			running -= 1;
		}
	});
}
