import { linkAbort } from '../../domain/linked-abort.ts';
import { PollError } from '../../domain/errors.ts';
import type { Chain, Consensus, Identity, Network, Reading } from '../../domain/snapshot.ts';
import type { Target } from '../../domain/target.ts';
import { cleanText } from '../../domain/clean.ts';
import type { PollContext, Source } from '../adapter.ts';
import { clockFrom } from '../clock.ts';
import { toCount, toInteger } from '../quantity.ts';
import { createAgenda } from './agenda.ts';
import type { Answers } from './agenda.ts';
import { askBlocks, createAsk } from './ask.ts';
import type { Asked } from './ask.ts';
import { createChainFollower } from './chain-follower.ts';
import { isDevelopmentChain, parseClientVersion } from './client-version.ts';
import { createGethMetrics } from './geth-metrics.ts';
import type { Scrape } from './geth-metrics.ts';
import { toPollError } from './json-rpc.ts';
import { createMovementWatch } from './movement.ts';
import type { Movement } from './movement.ts';
import { readPeers } from './peers.ts';
import type { WirePeers } from './peers.ts';
import { mainQuestion } from './questions.ts';
import { judgeSync } from './sync-status.ts';
import { readGovernance } from './wemix.ts';
import {
	difference,
	isBelow,
	readBlock,
	readNetworkId,
	readNodeId,
	readSyncing,
	readTxPool,
} from './wire.ts';
import type { WireBlock, WireSyncing } from './wire.ts';

interface Exchanged {
	readonly asked: Asked;
	/** When the answers were there, Unix ms. */
	readonly askedAtMs: number;
	readonly scrape?: Scrape;
}

/** An Ethereum node over HTTP JSON-RPC, with geth's metrics where the target names them. */
export function createEvmSource(target: Target): Source {
	const ask = createAsk();
	const agenda = createAgenda();
	const movements = createMovementWatch();
	const follower = createChainFollower();
	const metrics =
		target.metricsUrl === undefined ? undefined : createGethMetrics(target.metricsUrl);

	async function exchange(context: PollContext): Promise<Exchanged> {
		const stop = linkAbort(context.signal);
		const { signal } = stop;
		const { http, now } = context;
		const scraping = metrics?.read({ http, signal }, target.timeoutMs, now);
		try {
			const keys = agenda.due(now());
			const asked = await ask(keys, { url: target.url, signal, http }, target.timeoutMs);
			const askedAtMs = now();
			requireAnything(asked);
			const fetch = (numbers: readonly number[]) =>
				askBlocks(numbers, { url: target.url, signal, http });
			const head = asked.answers.get('head');
			await follower.follow(
				readBlock(head?.status === 'ok' ? head.value : undefined),
				fetch,
				now(),
			);
			const scrape = await scraping;
			return { asked, askedAtMs, ...(scrape && { scrape }) };
		} finally {
			stop.abort();
			stop.unlink();
		}
	}

	return {
		async poll(context) {
			try {
				const { asked, askedAtMs, scrape } = await exchange(context);
				const nowMs = context.now();
				const known = agenda.settle(asked.answers, nowMs);
				const head = readBlock(known.head);
				const movement = movements.observe(head, readSyncing(known.syncing), nowMs);
				const reading = compose(known, {
					isWaitingForPeer: saysNoPeer(asked),
					movement,
					nowMs,
					followed: follower.view(),
					...(scrape && { scrape }),
				});
				// A lower head may be another chain at the same address: ask who it is next time.
				if (movement.isHeadLower) agenda.askAllAgain();
				const { latencyMs } = asked;
				const endpoints = agenda.endpoints(reading.identity?.client, latencyMs);
				if (scrape) endpoints.push(scrape.endpoint);
				const clock = clockFrom(asked, askedAtMs);
				return { latencyMs, endpoints, ...reading, ...(clock && { clock }) };
			} catch (error) {
				agenda.askAllAgain();
				movements.reset();
				throw error;
			}
		},
		close: () => undefined,
	};
}

/** Throws the main question's error when no question at all was answered with a value. */
function requireAnything({ answers }: Asked): void {
	if ([...answers.values()].some((answer) => answer.status === 'ok' && answer.value !== null))
		return;
	const main = answers.get(mainQuestion);
	if (main?.status === 'error') throw toPollError(main);
	throw new PollError('badResponse', 'the node knows no block, and nothing else', {
		nextStep: 'look at the node’s log: it may still be starting',
	});
}

/** -32603 "no peer available for synchronization", of ethereumjs 0.10. */
function saysNoPeer({ answers }: Asked): boolean {
	const syncing = answers.get('syncing');
	return syncing?.status === 'error' && syncing.code === -32603 && /no peer/i.test(syncing.message);
}

interface Circumstances {
	readonly isWaitingForPeer: boolean;
	readonly movement: Movement;
	readonly nowMs: number;
	readonly followed: Pick<Chain, 'recent' | 'reorgs'>;
	readonly scrape?: Scrape;
}

function compose(
	known: Answers,
	{ isWaitingForPeer, movement, nowMs, followed, scrape }: Circumstances,
): Omit<Reading, 'endpoints' | 'latencyMs'> {
	const head = readBlock(known.head);
	const finalized = readBlock(known.finalized);
	const syncing = readSyncing(known.syncing);
	const peers = readPeers(known.peers);
	const identity = readIdentity(known);
	const network = readNetwork(known, peers, scrape);
	const { notes = [], ...governance } = readGovernance(known.governance) ?? {};
	const verdict = judgeSync({
		head,
		syncing,
		isWaitingForPeer,
		bestPeerHead: peers?.bestHead,
		movement,
		isDevelopmentChain: isDevelopmentChain(identity.client, identity.chainId, network?.peers),
		nowMs,
	});
	return {
		identity,
		consensus: { status: verdict.status, ...readProgress(head, finalized), ...governance },
		chain: { ...readChain(known, { head, finalized, syncing, peers, movement }), ...followed },
		...(network && { network }),
		...(scrape?.resources && { resources: scrape.resources }),
		...withNotes([...(verdict.note === undefined ? [] : [verdict.note]), ...notes]),
	};
}

function withNotes(notes: string[]): Pick<Reading, 'notes'> {
	return notes.length === 0 ? {} : { notes };
}

function readIdentity(known: Answers): Identity {
	const userAgent = cleanText(known.clientVersion);
	const nodeId = readNodeId(known.nodeInfo);
	const chainId = toInteger(known.chainId);
	const networkId = readNetworkId(known.networkId);
	const genesisHash = readBlock(known.genesis)?.block.hash;
	return {
		...(nodeId !== undefined && { nodeId }),
		...(userAgent !== undefined && { ...parseClientVersion(userAgent), userAgent }),
		...(chainId !== undefined && { chainId }),
		...(networkId !== undefined && { networkId }),
		...(genesisHash !== undefined && { genesisHash }),
	};
}

function readProgress(head: WireBlock | undefined, finalized: WireBlock | undefined): Consensus {
	const height = head?.block.number;
	const final = finalized?.block.number;
	const finalityLag =
		height === undefined || final === undefined ? undefined : difference(height, final);
	return {
		...(height !== undefined && { height }),
		...(final !== undefined && { finalized: final }),
		...(finalityLag !== undefined && { finalityLag }),
	};
}

interface ChainParts {
	readonly head: WireBlock | undefined;
	readonly finalized: WireBlock | undefined;
	readonly syncing: WireSyncing | undefined;
	readonly peers: WirePeers | undefined;
	readonly movement: Movement;
}

function readChain(
	known: Answers,
	{ head, finalized, syncing, peers, movement }: ChainParts,
): Reading['chain'] {
	const safe = readBlock(known.safe);
	const txPool = readTxPool(known.txPool);
	const highestKnown = [syncing?.highest, peers?.bestHead].find(
		(height) => height !== undefined && head !== undefined && !isBelow(height, head.block.number),
	);
	const { blockIntervalMs } = movement;
	return {
		...(head && { head: head.block }),
		...(safe && { safe: safe.block }),
		...(finalized && { finalized: finalized.block }),
		...(highestKnown !== undefined && { highestKnown }),
		...(syncing && { syncing: syncing.flag }),
		...(syncing?.stages && { syncStages: syncing.stages }),
		...(blockIntervalMs !== undefined && { blockIntervalMs }),
		...(txPool && { txPool }),
	};
}

/** The RPC's own figures over those of the metrics, which are a few seconds older. */
function readNetwork(
	known: Answers,
	peers: WirePeers | undefined,
	scrape: Scrape | undefined,
): Network | undefined {
	const count = toCount(known.peerCount) ?? peers?.count;
	const network: Network = {
		...scrape?.network,
		...peers?.network,
		...(count !== undefined && { peers: count }),
	};
	return Object.values(network).some((value) => value !== undefined) ? network : undefined;
}
