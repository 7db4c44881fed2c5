import type { Adapter } from '../adapter.ts';
import { createDetectingSource, recognise } from '../recognise.ts';
import { dialects } from './dialects.ts';

const unknown = {
	message: 'neither metrics nor a known API of consensus answer there',
	nextStep: 'give the path of its Prometheus metrics: http://HOST:PORT/metrics, or metricsUrl',
};

/**
 * Nodes that agree by votes: the HotStuff family, Mysticeti and Narwhal by their Prometheus metrics
 * and a mapping, etcd and Ethereum's beacon nodes by their own APIs, sure2web3/hotstuff2 by JSON. What answers chooses the dialect,
 * also for any other exposition, of which the process is shown. Only read-only calls are made.
 */
export const bft = {
	kind: 'bft',
	title: 'BFT or Raft node',
	schemes: ['http:', 'https:'],
	localUrls: [
		'http://127.0.0.1:2379',
		'http://127.0.0.1:9101',
		'http://127.0.0.1:9184',
		// The Beacon API of Lighthouse and Nimbus, Teku, Prysm, and Lodestar.
		'http://127.0.0.1:5052',
		'http://127.0.0.1:5051',
		'http://127.0.0.1:3500',
		'http://127.0.0.1:9596',
	],
	absentSections: {},
	async probe(target, context) {
		const found = await recognise(dialects, target, context);
		if ('match' in found) return found.match;
		// What answered instead says more than that it is none of ours.
		if (found.otherwise) throw found.otherwise;
		return undefined;
	},
	open: (target, http) => createDetectingSource(dialects, target, { http, unknown }),
} as const satisfies Adapter;
