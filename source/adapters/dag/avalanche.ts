import { formatMs } from '../../domain/format.ts';
import type * as z from 'zod';
import { cleanText } from '../../domain/clean.ts';
import { PollError } from '../../domain/errors.ts';
import type { Reading } from '../../sections/snapshot.ts';
import type { Target } from '../../domain/target.ts';
import type { PollContext, Source } from '../adapter.ts';
import { clockFrom } from '../clock.ts';
import type { Dialect } from '../dialect.ts';
import { createInquiry } from '../inquiry.ts';
import type { Round } from '../inquiry.ts';
import { toAmount, toInteger, toTime } from '../quantity.ts';
import { below, getJson } from '../rest-client.ts';
import type { Answered } from '../rest-client.ts';
import { defined, definedOrNone } from '../../domain/defined.ts';
import { createBlockInterval, maxMetricsBytes, readMetrics } from './avalanche-metrics.ts';
import type { AvalancheMetrics, ChainMetrics } from './avalanche-metrics.ts';
import {
	availableDiskBytes,
	benchedPeers,
	bootstrappedSchema,
	chainNames,
	connectedPeers,
	failingChecks,
	healthSchema,
	networkIdSchema,
	nodeIdSchema,
	peersSchema,
	readChains,
	readPeers,
	readVersion,
	unbootstrapped,
	uptimeSchema,
	versionSchema,
} from './avalanche-wire.ts';
import type { AvalancheHealth, ChainHealth } from './avalanche-wire.ts';
import { callRpc } from './json-rpc.ts';

const slowMs = 5 * 60_000;
const peersMs = 30_000;
const bootstrappedMs = 15_000;
const metricsMs = 5000;
/** A block of the C-chain is decided in about two seconds. */
const processingPatienceMs = 30_000;
const maxPeersBytes = 16 * 1024 * 1024;

/**
 * avalanchego by its info and health APIs and its metrics, all on one port. Its chains are linear
 * (Snowman) since the X-chain became so with Cortina; a block that is accepted is final. Chains make
 * blocks when somebody sends something, so standing still proves nothing; a block that stays
 * undecided does.
 */
export const avalanche: Dialect = {
	name: 'avalanche',
	async probe(target, { http, signal }) {
		const { value } = await callRpc(
			{
				url: below(target.url, 'ext/info'),
				method: 'info.getNodeVersion',
				params: {},
				schema: versionSchema,
			},
			{ http, signal },
		);
		const { client = 'Avalanche node', version = '' } = readVersion(value.version);
		return { found: `${client} ${version}`.trim(), confidence: 'certain' };
	},
	open: createAvalancheSource,
};

type Answers = Awaited<ReturnType<typeof askAll>>;

function createAvalancheSource(target: Target): Source {
	const inquiry = createInquiry();
	const blockInterval = createBlockInterval();
	return {
		poll: (context) =>
			inquiry.poll(context, target.timeoutMs, async (round) => {
				const told = await askAll(target, context, round);
				const [chain] = readChains(told.main.value);
				const numbers = chain && told.metrics?.text.chain(chain.name);
				const intervalMs = told.metrics && blockInterval(numbers?.accepted, told.metrics.atMs);
				const reading = compose(told, { chain, numbers, intervalMs, nowMs: context.now() });
				return { latencyMs: told.main.latencyMs, endpoints: round.endpoints(), ...reading };
			}),
		close: () => undefined,
	};
}

async function askAll(target: Target, context: PollContext, round: Round) {
	const { http } = context;
	const info =
		<T>(method: string, schema: z.ZodType<T>, params: object = {}) =>
		(signal: AbortSignal) => {
			const url = below(target.url, 'ext/info');
			const maxBodyBytes = maxPeersBytes;
			const call = { url, method, params, schema, maxBodyBytes };
			return callRpc(call, { http, signal });
		};
	const rarely = { everyMs: slowMs };
	const main = await round.main('/ext/health', (signal) =>
		getJson(
			{ base: target.url, path: 'ext/health', schema: healthSchema, acceptStatus: [503] },
			{ http, signal },
		),
	);
	const [version, nodeId, networkId, peers, uptime, metrics, ...flags] = await Promise.all([
		round.also('info.getNodeVersion', info('info.getNodeVersion', versionSchema), rarely),
		round.also('info.getNodeID', info('info.getNodeID', nodeIdSchema), rarely),
		round.also('info.getNetworkID', info('info.getNetworkID', networkIdSchema), rarely),
		round.also('info.peers', info('info.peers', peersSchema), { everyMs: peersMs }),
		round.also('info.uptime', (signal) => askUptime(info, signal), rarely),
		round.also('/ext/metrics', (signal) => askMetrics(target, context, signal), {
			everyMs: metricsMs,
		}),
		...chainNames.map((chain) =>
			round.also(
				`info.isBootstrapped ${chain}`,
				info('info.isBootstrapped', bootstrappedSchema, { chain }),
				{ everyMs: bootstrappedMs },
			),
		),
	]);
	const waiting = chainNames.filter((_, index) => flags[index]?.isBootstrapped === false);
	return { main, version, nodeId, networkId, peers, uptime, metrics, waiting };
}

interface Circumstances {
	readonly chain: ChainHealth | undefined;
	readonly numbers: ChainMetrics | undefined;
	readonly intervalMs: number | undefined;
	readonly nowMs: number;
}

function compose(told: Answers, { chain, numbers, intervalMs, nowMs }: Circumstances): Reading {
	const { main, peers, metrics } = told;
	const listed = peers && readPeers(peers);
	// The health check is of now, the list of peers some seconds old.
	const count = connectedPeers(main.value) ?? listed?.peers ?? metrics?.text.peers;
	const waiting = unbootstrapped(main.value) ?? told.waiting;
	const disk = availableDiskBytes(main.value);
	const verdict = judgeChain(chain, waiting, count);
	const benched = peers ? benchedPeers(peers) : 0;
	return {
		identity: defined({
			nodeId: cleanText(told.nodeId?.nodeID, 80),
			...readVersion(told.version?.version),
			userAgent: cleanText(told.version?.version, 64),
			networkId: toInteger(told.networkId?.networkID),
		}),
		consensus: readConsensus(verdict.status, chain, numbers),
		...defined({
			chain: chain && readChain(chain, numbers, waiting, intervalMs),
			network: definedOrNone({ ...listed, peers: count }),
			resources:
				disk === undefined ? undefined : { source: 'node' as const, diskAvailableBytes: disk },
			clock: clockFrom(main, nowMs),
		}),
		selfReport: readSelfReport(main.value),
		notes: [
			...readNotes(main.value, chain, told.uptime),
			...pollNotes(numbers),
			...(benched > 0 ? [`benched for not answering: ${benched} of its peers`] : []),
			...(verdict.note === undefined ? [] : [verdict.note]),
		],
	};
}

type Info = <T>(
	method: string,
	schema: z.ZodType<T>,
) => (signal: AbortSignal) => Promise<Answered<T>>;

/** A node that is no validator answers with an error, -32000: it has no such figures. */
async function askUptime(
	info: Info,
	signal: AbortSignal,
): Promise<Answered<z.infer<typeof uptimeSchema>>> {
	try {
		return await info('info.uptime', uptimeSchema)(signal);
	} catch (error) {
		const isNoValidator = error instanceof PollError && /not a validator/i.test(error.message);
		if (!isNoValidator) throw error;
		throw new PollError('unsupported', 'the node is not a validator', { cause: error });
	}
}

async function askMetrics(
	target: Target,
	{ http, now }: PollContext,
	signal: AbortSignal,
): Promise<Answered<{ readonly text: AvalancheMetrics; readonly atMs: number }>> {
	const reply = await http.request({
		url: target.metricsUrl ?? below(target.url, 'ext/metrics'),
		signal,
		accept: 'text/plain;version=0.0.4',
		maxBodyBytes: maxMetricsBytes,
	});
	const text = await readMetrics(reply.body, signal);
	if (!text) throw new PollError('unsupported', 'none of avalanchego’s metrics are there');
	return { ...reply, value: { text, atMs: now() } };
}

function judgeChain(
	chain: ChainHealth | undefined,
	waiting: readonly string[],
	peers: number | undefined,
): { status: NonNullable<NonNullable<Reading['consensus']>['status']>; note?: string } {
	if (waiting.length > 0) {
		return { status: 'syncing', note: `not bootstrapped yet: ${waiting.join(', ')}` };
	}
	if (peers === 0) {
		return { status: 'unknown', note: 'it has no peers: nobody confirms what it shows' };
	}
	if (!chain) return { status: 'unknown', note: 'no chain tells its height' };
	const undecidedMs = chain.processing === 0 ? 0 : (chain.longestProcessingMs ?? 0);
	if (undecidedMs <= processingPatienceMs) return { status: 'active' };
	const note = `a block of the ${chain.name}-chain is undecided for ${formatMs(Math.round(undecidedMs / 1000) * 1000)}`;
	return { status: 'stalled', note };
}

function readConsensus(
	status: NonNullable<Reading['consensus']>['status'],
	chain: ChainHealth | undefined,
	metrics: ChainMetrics | undefined,
): NonNullable<Reading['consensus']> {
	return defined({
		status,
		height: chain?.height,
		finalized: chain?.height,
		pending: chain?.processing,
		lastFinalizedAt: toTime(metrics?.lastAcceptedAtMs),
		// What is accepted is applied; without anything to decide, nothing moves.
		applied: chain?.height,
		failed: metrics?.rejected,
	});
}

function readChain(
	chain: ChainHealth,
	metrics: ChainMetrics | undefined,
	waiting: readonly string[],
	blockIntervalMs: number | undefined,
): NonNullable<Reading['chain']> {
	const at = toTime(metrics?.lastAcceptedAtMs);
	const accepted = { number: chain.height, ...defined({ hash: chain.hash, at }) };
	return {
		name: chain.name,
		head: accepted,
		finalized: accepted,
		syncing: waiting.length > 0,
		...defined({ blockIntervalMs }),
	};
}

/** The node's verdict is yes or no; what is named tells an operator how bad it is. */
function readSelfReport(health: AvalancheHealth): NonNullable<Reading['selfReport']> {
	const reasons = failingChecks(health);
	if (health.healthy) return { status: 'up', reasons: [] };
	return { status: 'degraded', reasons: reasons.length > 0 ? reasons : ['says healthy: false'] };
}

function readNotes(
	health: AvalancheHealth,
	chain: ChainHealth | undefined,
	uptime: z.infer<typeof uptimeSchema> | undefined,
): string[] {
	const others = readChains(health).filter(({ name }) => name !== chain?.name);
	const heights = others.map(({ name, height }) => `${name}-chain ${height}`);
	const average = toAmount(uptime?.weightedAveragePercentage);
	const rewarding = toAmount(uptime?.rewardingStakePercentage);
	return [
		...(chain
			? [`linear (Snowman): heights are of the ${chain.name}-chain; accepted is final`]
			: []),
		...(heights.length === 0 ? [] : [`other chains: ${heights.join(', ')}`]),
		...(average === undefined ? [] : [`uptime ${average} % as the stake sees it`]),
		...(rewarding === undefined ? [] : [`${rewarding} % of the stake would reward it`]),
	];
}

/** Snowman decides by polling samples of validators; a poll fails when too few answer. */
function pollNotes(metrics: ChainMetrics | undefined): string[] {
	const { pollsFailed: failed, pollsSuccessful: successful } = metrics ?? {};
	if (failed === undefined || successful === undefined || failed + successful === 0) return [];
	const percent = (100 * failed) / (failed + successful);
	return [`${percent.toFixed(2)} % of its consensus polls failed since its start`];
}
