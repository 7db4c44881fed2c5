import type * as z from 'zod';
import { cleanText } from '../../../domain/clean.ts';
import type { Clock } from '../../../sections/clock/schema.ts';
import type { Network } from '../../../sections/network/schema.ts';
import type { Reading } from '../../../sections/snapshot.ts';
import type { Target } from '../../../domain/target.ts';
import type { PollContext, Source } from '../../adapter.ts';
import type { Dialect } from '../../dialect.ts';
import { createInquiry } from '../../inquiry.ts';
import { toAmount, toCount } from '../../quantity.ts';
import { createRate } from '../../rates.ts';
import type { Answered } from '../../rest-client.ts';
import { defined, definedOrNone } from '../../../domain/defined.ts';
import { createStillnessWatch, judgeProgress } from '../verdict.ts';
import type { Stillness, Verdict } from '../verdict.ts';
import { createKaspaQuestions } from './questions.ts';
import type { KaspaAnswers } from './questions.ts';
import { readBranching, readNetwork, readResources, serverInfoSchema } from './wire.ts';
import type { dagInfoSchema, KaspaMetrics } from './wire.ts';
import { createWrpcClient } from './wrpc.ts';

/** The median of past times is some minutes behind the newest block by design. */
const patienceMs = 10 * 60_000;

/**
 * Kaspa (rusty-kaspa) by wRPC with JSON over a WebSocket, `--rpclisten-json`, :18110. A node closes the
 * connection on a method that it does not know, so only such as every release has are asked first.
 */
export const kaspa: Dialect = {
	name: 'kaspa',
	async probe(target, { signal }) {
		const client = createWrpcClient(target);
		try {
			const { value } = await client.call(
				{ method: 'getServerInfo', schema: serverInfoSchema },
				signal,
			);
			const network = cleanText(value.networkId, 64);
			const place = network === undefined ? '' : `, ${network}`;
			const version = cleanText(value.serverVersion, 64) ?? '';
			return { found: `Kaspa node ${version}`.trim() + place, confidence: 'certain' };
		} finally {
			client.close();
		}
	},
	open: createKaspaSource,
};

type DagInfo = z.infer<typeof dagInfoSchema>;

function createKaspaSource(target: Target): Source {
	const client = createWrpcClient(target);
	const inquiry = createInquiry();
	const questions = createKaspaQuestions(client);
	const stillness = createStillnessWatch();
	const growth = createRate();
	const readTraffic = createTraffic();
	return {
		async poll(context: PollContext) {
			try {
				return await inquiry.poll(context, target.timeoutMs, async (round) => {
					const { main, answers } = await questions.ask(round, context.now);
					const nowMs = context.now();
					const { latencyMs, value: info } = main;
					const reading = compose(info, answers, {
						traffic: answers.metrics && readTraffic(answers.metrics.value, nowMs),
						growthPerSecond: growth(toCount(info.virtualDaaScore), nowMs),
						still: stillness.observe(info.virtualDaaScore, nowMs),
						nowMs,
					});
					return { latencyMs, endpoints: round.endpoints(), ...reading };
				});
			} catch (error) {
				stillness.reset();
				// A connection over which nothing comes may be dead without a word: take a new one.
				client.close();
				throw error;
			}
		},
		close: () => {
			client.close();
		},
	};
}

type Traffic = Pick<Network, 'bytesInPerSecond' | 'bytesOutPerSecond'>;

/** By the node's clock where it tells it, for its counters were read then. */
function createTraffic(): (metrics: KaspaMetrics, nowMs: number) => Traffic {
	const received = createRate();
	const sent = createRate();
	return ({ serverTime, bandwidthMetrics }, nowMs) => {
		const atMs = serverTime ?? nowMs;
		return defined({
			bytesInPerSecond: received(bandwidthMetrics?.p2pBytesRx, atMs),
			bytesOutPerSecond: sent(bandwidthMetrics?.p2pBytesTx, atMs),
		});
	};
}

interface Circumstances {
	readonly traffic: Traffic | undefined;
	readonly growthPerSecond: number | undefined;
	readonly still: Stillness;
	readonly nowMs: number;
}

function compose(
	info: DagInfo,
	answers: KaspaAnswers,
	{ traffic, growthPerSecond, still, nowMs }: Circumstances,
): Reading {
	const { server, node, blueScore, peers, metrics } = answers;
	const network = definedOrNone({
		peers: metrics?.value.connectionMetrics?.activePeers,
		...(peers && readNetwork(peers.peerInfo)),
		...traffic,
	});
	const verdict = judge(info, answers, { peers: network?.peers, still, nowMs });
	return {
		identity: readIdentity(info, answers),
		consensus: { status: verdict.status, height: info.virtualDaaScore },
		dag: {
			vertices: info.blockCount,
			tips: info.tipHashes.length,
			...defined({
				depth: blueScore?.blueScore,
				branchingFactor: metrics && readBranching(metrics.value),
				growthPerSecond,
			}),
		},
		chain: defined({
			syncing: server === undefined ? undefined : !server.isSynced,
			txPool: node?.mempoolSize === undefined ? undefined : { pending: node.mempoolSize },
		}),
		...defined({
			network,
			resources: metrics && readResources(metrics.value),
			clock: metrics && readClock(metrics),
		}),
		notes: readNotes(answers, verdict),
	};
}

function judge(
	{ pastMedianTime: medianAtMs }: DagInfo,
	{ server, node }: KaspaAnswers,
	{ peers, still, nowMs }: { peers: number | undefined; still: Stillness; nowMs: number },
): Verdict {
	const isFresh = medianAtMs !== undefined && Math.abs(nowMs - medianAtMs) <= patienceMs;
	const claim = server?.isSynced ?? node?.isSynced;
	return judgeProgress({
		// While blocks are downloaded the median is old; some networks' nodes never say they are
		// synced (rusty-kaspa issue 508).
		claimsSynced: claim === false && isFresh ? undefined : claim,
		peers,
		newestAtMs: medianAtMs,
		stillness: still,
		patienceMs,
		nowMs,
	});
}

function readIdentity(info: DagInfo, { server, node }: KaspaAnswers): Reading['identity'] {
	const version = cleanText(server?.serverVersion, 64);
	return defined({
		nodeId: cleanText(node?.p2pId, 80),
		client: 'kaspad',
		version,
		networkId: cleanText(server?.networkId, 64) ?? cleanText(info.network, 64),
	});
}

/** The node's own time in the middle between question and answer. */
function readClock({
	value,
	latencyMs,
	atMs,
}: Answered<KaspaMetrics> & { readonly atMs: number }): Clock | undefined {
	const serverTimeMs = toAmount(value.serverTime);
	if (serverTimeMs === undefined) return undefined;
	return {
		offsetMs: Math.round(serverTimeMs - (atMs - latencyMs / 2)),
		uncertaintyMs: Math.ceil(latencyMs / 2) + 1,
		source: 'node',
	};
}

function readNotes({ server, node, peers }: KaspaAnswers, verdict: Verdict): string[] {
	const ibd = (peers?.peerInfo ?? []).filter((peer) => peer.is_ibd_peer === true).length;
	const isContrary =
		server !== undefined && node?.isSynced !== undefined && node.isSynced !== server.isSynced;
	return [
		'heights are DAA scores; depth is the blue score of the sink; vertices are those not pruned',
		...(ibd > 0 ? [`initial block download with ${ibd} of its peers`] : []),
		...(isContrary
			? [`getServerInfo says isSynced: ${server.isSynced}, getInfo says the contrary`]
			: []),
		...(verdict.note === undefined ? [] : [verdict.note]),
	];
}
