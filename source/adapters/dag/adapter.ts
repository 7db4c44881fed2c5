import type { Adapter } from '../adapter.ts';
import { createDetectingSource, recognise } from '../recognise.ts';
import { dialectsFor } from './dialects.ts';

const unknown = {
	message: 'no known DAG node answers there',
	nextStep:
		'Hornet answers at :14265, Conflux at :12539, Avalanche at :9650, Kaspa at ws://HOST:18110 (--rpclisten-json)',
};

/**
 * Nodes that keep a DAG, or came from one: Hornet and Hedera's mirror node by REST, Conflux and
 * Avalanche by JSON-RPC, Kaspa by wRPC over a WebSocket. The URL's scheme and what answers choose the
 * dialect. Only read-only calls are made.
 */
export const dag = {
	kind: 'dag',
	title: 'DAG node',
	schemes: ['http:', 'https:', 'ws:', 'wss:'],
	localUrls: [
		'http://127.0.0.1:14265',
		'http://127.0.0.1:12539',
		'http://127.0.0.1:12537',
		'http://127.0.0.1:9650',
		'ws://127.0.0.1:18110',
	],
	absentSections: {},
	async probe(target, context) {
		const found = await recognise(dialectsFor(target.url), target, context);
		return 'match' in found ? found.match : undefined;
	},
	open: (target, http) => createDetectingSource(dialectsFor(target.url), target, { http, unknown }),
} as const satisfies Adapter;
