import { defined } from '../../domain/defined.ts';
import { linkAbort } from '../../domain/linked-abort.ts';
import { PollError } from '../../domain/errors.ts';
import { hasNothingToDo, isDevelopmentChain } from '../../sections/idle.ts';
import type { Chain } from '../../sections/chain/schema.ts';
import type { Consensus } from '../../sections/consensus/schema.ts';
import type { Identity } from '../../sections/identity/schema.ts';
import type { Network } from '../../sections/network/schema.ts';
import type { Reading } from '../../sections/snapshot.ts';
import type { Target } from '../../domain/target.ts';
import { cleanText } from '../../domain/clean.ts';
import type { PollContext, Source } from '../adapter.ts';
import { clockFrom } from '../clock.ts';
import { createInquiry } from '../inquiry.ts';
import type { Round } from '../inquiry.ts';
import { toCount, toInteger } from '../quantity.ts';
import { createAgenda } from './agenda.ts';
import type { Answers } from './agenda.ts';
import { askBlocks, createAsk } from './ask.ts';
import type { Asked } from './ask.ts';
import { createChainFollower } from './chain-follower.ts';
import { parseClientVersion } from './client-version.ts';
import { createDemandWatch } from './demand.ts';
import type { DemandWatch } from './demand.ts';
import { createGethMetrics } from './geth-metrics.ts';
import type { Scrape } from './geth-metrics.ts';
import { askGovernance, hasGovernance } from './governance.ts';
import type { Governance } from './governance.ts';
import { isLimit, toPollError } from './json-rpc.ts';
import { createMovementWatch } from './movement.ts';
import type { Movement } from './movement.ts';
import { readPeers } from './peers.ts';
import type { WirePeers } from './peers.ts';
import { createWebSocketHttp, isWebSocketAddress } from './web-socket.ts';
import type { WebSocketHttp } from './web-socket.ts';
import { mainQuestion } from './questions.ts';
import { judgeSync } from './sync-status.ts';
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
	readonly governance?: Governance;
	/** What the node said of an older block, where its database is closed. */
	readonly databaseClosed?: string | undefined;
}

/** An Ethereum node over JSON-RPC by HTTP or a WebSocket, with geth's metrics where the target names them. */
export function createEvmSource(target: Target): Source {
	const agenda = createAgenda();
	const movements = createMovementWatch();
	const follower = createChainFollower();
	const demand = createDemandWatch(target.emptyBlocks);
	const socket = isWebSocketAddress(target.url) ? createWebSocketHttp(target) : undefined;
	const inquiry = createInquiry();
	const exchange = createExchange(target, { agenda, follower, demand, socket });

	async function read(context: PollContext, round: Round): Promise<Reading> {
		const { asked, askedAtMs, scrape, governance, databaseClosed } = await exchange(context, round);
		const nowMs = context.now();
		const known = agenda.settle(asked.answers, nowMs);
		const head = readBlock(known.head);
		const movement = movements.observe(head, readSyncing(known.syncing), nowMs);
		const reading = compose(known, {
			isWaitingForPeer: saysNoPeer(asked),
			movement,
			nowMs,
			followed: { ...follower.view(), emptyBlocks: demand.emptyBlocks() },
			...(scrape && { scrape }),
			...(governance && { governance }),
		});
		// A lower head may be another chain at the same address: ask who it is next time.
		if (movement.isHeadLower) agenda.askAllAgain();
		const { latencyMs } = asked;
		const endpoints = agenda.endpoints(reading.identity?.client, latencyMs);
		endpoints.push(...round.endpoints());
		if (scrape) endpoints.push(scrape.endpoint);
		if (databaseClosed !== undefined)
			endpoints.push({ name: 'eth_getBlockByNumber', status: 'failed', message: databaseClosed });
		const clock = clockFrom(asked, askedAtMs);
		return { latencyMs, endpoints, ...reading, ...(clock && { clock }) };
	}

	return {
		async poll(context) {
			try {
				return await inquiry.poll(context, target.timeoutMs, (round) => read(context, round));
			} catch (error) {
				agenda.askAllAgain();
				movements.reset();
				throw error;
			}
		},
		close() {
			socket?.close();
		},
	};
}

interface ExchangeParts {
	readonly agenda: ReturnType<typeof createAgenda>;
	readonly follower: ReturnType<typeof createChainFollower>;
	readonly demand: DemandWatch;
	/** In place of HTTP, for ws:// and wss://. */
	readonly socket: WebSocketHttp | undefined;
}

/** Asks everything that is due in one poll. The client is remembered: only some have governance. */
function createExchange(target: Target, { agenda, follower, demand, socket }: ExchangeParts) {
	const ask = createAsk();
	const metrics =
		target.metricsUrl === undefined ? undefined : createGethMetrics(target.metricsUrl);
	let client: string | undefined;

	return async (context: PollContext, round: Round): Promise<Exchanged> => {
		const stop = linkAbort(context.signal);
		const { signal } = stop;
		const { now } = context;
		const http = socket ?? context.http;
		const scraping = metrics?.read(context.http, round.secondary, now);
		try {
			const keys = agenda.due(now());
			const asked = await ask(keys, { url: target.url, signal, http }, round.secondary);
			const askedAtMs = now();
			requireAnything(asked);
			const toNode = { url: target.url, signal, http };
			client = clientIn(asked) ?? client;
			const governing = hasGovernance(client) ? askGovernance(round, toNode) : undefined;
			const head = asked.answers.get('head');
			const newest = readBlock(head?.status === 'ok' ? head.value : undefined);
			if (newest) demand.see([newest]);
			let databaseClosed: string | undefined;
			const fetch = async (numbers: readonly number[]) => {
				const { blocks, databaseClosed: closed } = await askBlocks(numbers, toNode);
				databaseClosed ??= closed;
				demand.see(blocks);
				return blocks;
			};
			const following = follower.follow(newest, fetch, now());
			const [scrape, governance] = await Promise.all([scraping, governing, following]);
			return {
				asked,
				askedAtMs,
				...(scrape && { scrape }),
				...(governance && { governance }),
				databaseClosed,
			};
		} finally {
			stop.abort();
			stop.unlink();
		}
	};
}

/** Throws the main question's error when no question at all was answered with a value, or it is a limit. */
function requireAnything({ answers }: Asked): void {
	const head = answers.get(mainQuestion);
	if (head?.status === 'error' && isLimit(head)) throw toPollError(head);
	if ([...answers.values()].some((answer) => answer.status === 'ok' && answer.value !== null))
		return;
	const main = answers.get(mainQuestion);
	if (main?.status === 'error') throw toPollError(main);
	throw new PollError('badResponse', 'the node knows no block, and nothing else', {
		nextStep: 'look at the node’s log: it may still be starting',
	});
}

/** Absent unless this poll asked for it. */
function clientIn({ answers }: Asked): string | undefined {
	const answer = answers.get('clientVersion');
	const userAgent = answer?.status === 'ok' ? cleanText(answer.value) : undefined;
	return userAgent === undefined ? undefined : parseClientVersion(userAgent).client;
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
	readonly followed: Pick<Chain, 'recent' | 'reorgs' | 'emptyBlocks'>;
	readonly scrape?: Scrape;
	readonly governance?: Governance;
}

function compose(
	known: Answers,
	{ isWaitingForPeer, movement, nowMs, followed, scrape, governance }: Circumstances,
): Omit<Reading, 'endpoints' | 'latencyMs'> {
	const head = readBlock(known.head);
	const finalized = readBlock(known.finalized);
	const syncing = readSyncing(known.syncing);
	const peers = readPeers(known.peers);
	const identity = readIdentity(known);
	const network = readNetwork(known, peers, scrape);
	const chain = { ...readChain(known, { head, finalized, syncing, peers, movement }), ...followed };
	const verdict = judgeSync({
		head,
		syncing,
		isWaitingForPeer,
		bestPeerHead: peers?.bestHead,
		movement,
		isDevelopmentChain: isDevelopmentChain({ identity, network }),
		isAtRest: hasNothingToDo({ identity, network, chain }),
		nowMs,
	});
	const notes = [
		...(verdict.note === undefined ? [] : [verdict.note]),
		...(governance?.notes ?? []),
	];
	return {
		identity,
		consensus: {
			status: verdict.status,
			...readProgress(head, finalized),
			...governance?.consensus,
		},
		chain,
		...(network && { network }),
		...(scrape?.resources && { resources: scrape.resources }),
		...scrape?.ledger,
		...(notes.length > 0 && { notes }),
	};
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
		...(finalityLag !== undefined && { finalityLag, finalityUnit: 'blocks' as const }),
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
): Chain {
	const safe = readBlock(known.safe);
	const txPool = readTxPool(known.txPool);
	const highestKnown = [syncing?.highest, peers?.bestHead].find(
		(height) => height !== undefined && head !== undefined && !isBelow(height, head.block.number),
	);
	const { blockIntervalMs } = movement;
	return {
		...(head && { head: { ...head.block, ...defined({ parentHash: head.parentHash }) } }),
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
