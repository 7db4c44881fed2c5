import * as z from 'zod';
import { cleanText } from '../../domain/clean.ts';
import type { Block } from '../../sections/chain/schema.ts';
import type { Reading } from '../../sections/snapshot.ts';
import type { Target } from '../../domain/target.ts';
import type { PollContext, Source } from '../adapter.ts';
import { clockFrom } from '../clock.ts';
import type { Dialect } from '../dialect.ts';
import { createInquiry } from '../inquiry.ts';
import type { Round } from '../inquiry.ts';
import { toCount } from '../quantity.ts';
import { createRate } from '../rates.ts';
import { defined } from '../../domain/defined.ts';
import { createEpochReader } from './conflux-epochs.ts';
import type { EpochReader } from './conflux-epochs.ts';
import {
	poolSchema,
	posSchema,
	readSessions,
	sessionsSchema,
	statusSchema,
	syncGraphSchema,
} from './conflux-wire.ts';
import type { ConfluxPos, ConfluxStatus } from './conflux-wire.ts';
import { callRpc } from './json-rpc.ts';
import type { RpcCall } from './json-rpc.ts';
import { createStillnessWatch, judgeProgress } from './verdict.ts';
import type { Stillness, Verdict } from './verdict.ts';

const slowMs = 5 * 60_000;
const peersMs = 10_000;
const epochsMs = 4000;
const syncGraphMs = 30_000;
const maxSyncGraphBytes = 8 * 1024 * 1024;
/** Epochs that the execution may be behind the consensus; five are by design. */
const executionTolerance = 100;
/** An epoch comes about each second: issues 2324, 2786 of conflux-rust are of epochs that stand still. */
const patienceMs = 60_000;
const normalPhase = 'NormalSyncPhase';

/**
 * Conflux (conflux-rust) by JSON-RPC: `cfx`, `pos` and `txpool` on any port, and on the local one
 * (:12539) the sync phase and the peers by `debug`. The pivot chain is its chain: a height is an epoch.
 * `debug_syncGraphState` prints every block that waits, so that it is asked only while the node says that
 * it catches up; `debug_consensusGraphState` is left alone: it prints the whole graph.
 */
export const conflux: Dialect = {
	name: 'conflux',
	async probe(target, { http, signal }) {
		const call = { url: target.url, method: 'cfx_getStatus', params: [], schema: statusSchema };
		const { value } = await callRpc(call, { http, signal });
		const chain = value.chainId === undefined ? '' : `, chain ${value.chainId}`;
		return { found: `Conflux node${chain}`, confidence: 'certain' };
	},
	open: createConfluxSource,
};

const methods = {
	status: 'cfx_getStatus',
	version: 'cfx_clientVersion',
	pool: 'txpool_status',
	pos: 'pos_getStatus',
	phase: 'debug_currentSyncPhase',
	sessions: 'debug_getNetSessions',
	syncGraph: 'debug_syncGraphState',
} as const;

type ConfluxAnswers = Awaited<ReturnType<typeof askAll>>;

function createConfluxSource(target: Target): Source {
	const inquiry = createInquiry();
	const epochs = createEpochReader();
	const stillness = createStillnessWatch();
	const growth = createRate();
	return {
		async poll(context) {
			try {
				return await inquiry.poll(context, target.timeoutMs, async (round) => {
					const told = await askAll(target.url, context, round, epochs);
					const nowMs = context.now();
					const { latencyMs, value: status } = told.main;
					const reading = compose(told, {
						epochs,
						still: stillness.observe(status.epochNumber, nowMs),
						nowMs,
					});
					const dag = {
						vertices: status.blockNumber,
						depth: status.epochNumber,
						...defined({
							growthPerSecond: growth(toCount(status.blockNumber), nowMs),
							branchingFactor: epochs.recent.branchingFactor(),
							recent: epochs.recent.list(),
							pending: told.waiting?.length,
						}),
					};
					return { latencyMs, endpoints: round.endpoints(), ...reading, dag };
				});
			} catch (error) {
				stillness.reset();
				epochs.reset();
				throw error;
			}
		},
		close: () => undefined,
	};
}

async function askAll(url: string, { http }: PollContext, round: Round, epochs: EpochReader) {
	const call =
		<T>(method: string, schema: z.ZodType<T>) =>
		(signal: AbortSignal) =>
			callRpc({ url, method, params: [], schema }, { http, signal });
	const main = await round.main(methods.status, call(methods.status, statusSchema));
	const readEpochs = async (signal: AbortSignal) => {
		const started = performance.now();
		await epochs.read(main.value, <T>(question: Omit<RpcCall<T>, 'url'>) =>
			callRpc({ url, ...question }, { http, signal }),
		);
		const latencyMs = Math.round(performance.now() - started);
		return { value: true, latencyMs, serverTimeMs: undefined };
	};
	const [version, pool, pos, phase, sessions] = await Promise.all([
		round.also(methods.version, call(methods.version, z.string()), { everyMs: slowMs }),
		round.also(methods.pool, call(methods.pool, poolSchema)),
		round.also(methods.pos, call(methods.pos, posSchema)),
		round.also(methods.phase, call(methods.phase, z.string())),
		round.also(methods.sessions, call(methods.sessions, sessionsSchema), { everyMs: peersMs }),
		round.also('cfx_getBlocksByEpoch', readEpochs, { everyMs: epochsMs }),
	]);
	const isCatchingUp = phase !== undefined && phase !== normalPhase;
	const askWaiting = (signal: AbortSignal) => {
		const maxBodyBytes = maxSyncGraphBytes;
		const method = methods.syncGraph;
		return callRpc(
			{ url, method, params: [], schema: syncGraphSchema, maxBodyBytes },
			{ http, signal },
		);
	};
	const syncGraph = isCatchingUp
		? await round.also(methods.syncGraph, askWaiting, { everyMs: syncGraphMs })
		: undefined;
	return { main, version, pool, pos, phase, sessions, waiting: syncGraph?.readyBlockVec };
}

interface Circumstances {
	readonly epochs: EpochReader;
	readonly still: Stillness;
	readonly nowMs: number;
}

function compose(
	{ main, version, pool, pos, phase, sessions, waiting }: ConfluxAnswers,
	{ epochs, still, nowMs }: Circumstances,
): Reading {
	const status = main.value;
	const network = sessions && readSessions(sessions, nowMs);
	const verdict = judgeProgress({
		claimsSynced: phase === undefined ? undefined : phase === normalPhase,
		behind: difference(status.epochNumber, status.latestState),
		tolerance: executionTolerance,
		peers: network?.peers,
		newestAtMs: epochs.newestAtMs(),
		stillness: still,
		patienceMs,
		nowMs,
	});
	return {
		identity: readIdentity(status, version),
		consensus: readConsensus(status, verdict),
		chain: {
			...readChain(status, pos, epochs.pivots()),
			...defined({
				syncing: phase === undefined ? undefined : phase !== normalPhase,
				txPool: defined({
					pending: pool?.ready ?? status.pendingTxNumber,
					queued: pool?.deferred,
				}),
			}),
		},
		...defined({ network, clock: clockFrom(main, nowMs) }),
		notes: [...readNotes(pos, phase, verdict), ...dagNotes(epochs, waiting)],
	};
}

/** `conflux-rust-3.0.1`, and others with a slash: the version is what follows the name. */
function readIdentity(status: ConfluxStatus, clientVersion: string | undefined) {
	const userAgent = cleanText(clientVersion, 128);
	const [, client, version] = /^(.*?)[-/]v?(\d.*)$/.exec(userAgent ?? '') ?? [];
	return defined({
		client: client ?? userAgent,
		version,
		userAgent,
		chainId: status.chainId,
		networkId: status.networkId,
	});
}

function readConsensus(status: ConfluxStatus, verdict: Verdict): NonNullable<Reading['consensus']> {
	const finalityLag = difference(status.epochNumber, status.latestFinalized);
	return {
		status: verdict.status,
		height: status.epochNumber,
		epoch: status.epochNumber,
		...defined({
			finalized: status.latestFinalized,
			finalityLag,
			finalityUnit: finalityLag === undefined ? undefined : ('epochs' as const),
		}),
	};
}

/** The hash of the finalized epoch is known when it is the one that the PoS chain decided last. */
function readChain(
	status: ConfluxStatus,
	pos: ConfluxPos | undefined,
	pivots: readonly Block[],
): Reading['chain'] {
	const { latestConfirmed, latestFinalized } = status;
	const decision = pos?.pivotDecision;
	const isDecided = latestFinalized !== undefined && decision?.height === latestFinalized;
	const finalizedHash = isDecided ? cleanText(decision.blockHash, 80) : undefined;
	return {
		head: { number: status.epochNumber, ...defined({ hash: cleanText(status.bestHash, 80) }) },
		...defined({
			safe: latestConfirmed === undefined ? undefined : { number: latestConfirmed },
			finalized:
				latestFinalized === undefined
					? undefined
					: { number: latestFinalized, ...defined({ hash: finalizedHash }) },
			recent: pivots.length === 0 ? undefined : [...pivots],
		}),
	};
}

function readNotes(
	pos: ConfluxPos | undefined,
	phase: string | undefined,
	verdict: Verdict,
): string[] {
	const shownPhase = cleanText(phase, 64);
	return [
		'heights and finality lag are counted in epochs; hundreds behind, some minutes, is usual',
		...(pos?.epoch === undefined ? [] : [`PoS epoch ${pos.epoch}`]),
		...(shownPhase === undefined || phase === normalPhase ? [] : [`sync phase ${shownPhase}`]),
		...(verdict.note === undefined ? [] : [verdict.note]),
	];
}

/** What of the DAG is beside the pivot chain, or waits before it. */
function dagNotes(epochs: EpochReader, waiting: readonly unknown[] | undefined): string[] {
	const skipped = epochs.skipped();
	return [
		...(waiting === undefined || waiting.length === 0
			? []
			: [`it catches up: blocks ready to be taken into its DAG: ${waiting.length}`]),
		...(skipped.blocks === 0
			? []
			: [`blocks skipped, not executed, in the ${skipped.epochs} epochs read: ${skipped.blocks}`]),
	];
}

function difference(
	newer: number | string | undefined,
	older: number | string | undefined,
): number | undefined {
	if (newer === undefined || older === undefined) return undefined;
	const lag = BigInt(newer) - BigInt(older);
	return toCount(lag < 0n ? 0n : lag);
}
