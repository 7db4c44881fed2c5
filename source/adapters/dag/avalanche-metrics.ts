import { parsePrometheusTextInSlices } from '../prometheus-text.ts';
import type { Sample } from '../prometheus-text.ts';
import { toCount } from '../quantity.ts';

/** What avalanchego's metrics add to its health, of one chain; names as of 1.11.9 and later. */
export interface AvalancheMetrics {
	readonly peers: number | undefined;
	readonly chain: (name: string) => ChainMetrics;
}

export interface ChainMetrics {
	/** Block time of the last accepted block, Unix ms. */
	readonly lastAcceptedAtMs: number | undefined;
	/** Since the start of the process, as the next two. */
	readonly accepted: number | undefined;
	readonly rejected: number | undefined;
	readonly pollsFailed: number | undefined;
	readonly pollsSuccessful: number | undefined;
}

const prefix = 'avalanche_snowman_';
const peersName = 'avalanche_network_peers';
export const maxMetricsBytes = 16 * 1024 * 1024;

/** `undefined` when nothing of avalanchego's is in the text. */
export async function readMetrics(
	body: string,
	signal: AbortSignal,
): Promise<AvalancheMetrics | undefined> {
	const { samples } = await parsePrometheusTextInSlices(body, {
		signal,
		wants: (name) => name.startsWith(prefix) || name === peersName,
	});
	if (samples.length === 0) return undefined;
	return {
		peers: valueOf(samples, peersName),
		chain(chain) {
			const of = (name: string) => valueOf(samples, `${prefix}${name}`, chain);
			const seconds = of('last_accepted_timestamp');
			return {
				lastAcceptedAtMs: seconds === undefined || seconds === 0 ? undefined : seconds * 1000,
				accepted: of('blks_accepted_count'),
				rejected: of('blks_rejected_count'),
				pollsFailed: of('polls_failed'),
				pollsSuccessful: of('polls_successful'),
			};
		},
	};
}

function valueOf(samples: readonly Sample[], name: string, chain?: string): number | undefined {
	const found = samples.find(
		(sample) => sample.name === name && (chain === undefined || sample.labels['chain'] === chain),
	);
	return toCount(found?.value);
}

/**
 * Mean milliseconds from block to block since watching began, by the counter of accepted blocks. A
 * counter that fell begins anew; without a new block there is no mean.
 */
export function createBlockInterval(): (
	accepted: number | undefined,
	atMs: number,
) => number | undefined {
	let first: { readonly accepted: number; readonly atMs: number } | undefined;
	let last = 0;
	return (accepted, atMs) => {
		if (accepted === undefined) return undefined;
		if (!first || accepted < last) first = { accepted, atMs };
		last = accepted;
		const blocks = accepted - first.accepted;
		return blocks > 0 && atMs > first.atMs ? (atMs - first.atMs) / blocks : undefined;
	};
}
