import { cleanText } from '../../domain/clean.ts';
import { PollError } from '../../domain/errors.ts';
import type { Adapter } from '../adapter.ts';
import { toCount } from '../quantity.ts';
import { getJson } from '../rest-client.ts';
import { createCometSource } from './source.ts';
import { statusSchema } from './wire.ts';

/** CometBFT and Tendermint, and with them the chains of the Cosmos SDK, by their RPC. */
export const cometbft = {
	kind: 'cometbft',
	title: 'CometBFT node',
	schemes: ['http:', 'https:'],
	localUrls: ['http://127.0.0.1:26657'],
	absentSections: {
		dag: 'a CometBFT chain is a chain',
		database: 'its RPC tells nothing about its database; its metrics do not either',
		resources: 'its RPC tells nothing about its process: watch the machine with host:',
		reputation: 'its validators have a section of their own',
	},
	async probe(target, context) {
		const question = { base: target.url, path: 'status', schema: statusSchema };
		const answer = await getJson(question, context).catch((error: unknown) => {
			if (error instanceof PollError && error.code !== 'internal') return undefined;
			throw error;
		});
		const status = answer?.value.result;
		const height = toCount(status?.sync_info.latest_block_height);
		if (!status || height === undefined) return undefined;
		const network = cleanText(status.node_info.network, 60) ?? 'an unnamed chain';
		const version = cleanText(status.node_info.version, 40) ?? '';
		return {
			found: `CometBFT ${version} of ${network} at height ${height}`,
			confidence: 'certain',
		};
	},
	open: (target) => createCometSource(target),
} as const satisfies Adapter;
