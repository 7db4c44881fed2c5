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
import { toAmount } from '../quantity.ts';
import { getJson } from '../rest-client.ts';
import type { Answered } from '../rest-client.ts';
import { defined } from '../../domain/defined.ts';
import { askMetrics } from './hornet-metrics.ts';
import {
	infoSchema,
	metadataSchema,
	peersSchema,
	readMilestone,
	readPeers,
	readVertex,
	timeOf,
	tipsSchema,
} from './hornet-wire.ts';
import type { HornetInfo } from './hornet-wire.ts';
import { createRecentVertices, eachOf } from './recent.ts';
import type { RecentVertices } from './recent.ts';
import { createStillnessWatch, judgeProgress } from './verdict.ts';
import type { Stillness } from './verdict.ts';

const paths = {
	info: 'api/core/v2/info',
	tips: 'api/core/v2/tips',
	peers: 'api/core/v2/peers',
	metadata: (id: string) => `api/core/v2/blocks/${id}/metadata`,
};

/** Blocks asked for in one poll. */
const blocksPerPoll = 8;
const atOnce = 4;
const tipsRetryMs = 15_000;
/** A milestone comes each 5 to 10 s. */
const patienceMs = 120_000;
/** At each milestone the node is behind for some milliseconds (iotaledger/hornet issue 656). */
const lagTolerance = 2;

/**
 * IOTA's Hornet (stardust, core API v2) by REST. The milestones are what is agreed on: height and
 * finality are counted in them. The list of peers wants a JWT; how many tips there are, only the metrics
 * tell.
 */
export const hornet: Dialect = {
	name: 'hornet',
	async probe(target, { http, signal }) {
		const { value } = await getJson(
			{ base: target.url, path: paths.info, schema: infoSchema },
			{ http, signal },
		);
		if (!/hornet/i.test(value.name)) return undefined;
		const network = cleanText(value.protocol?.networkName, 64);
		const version = cleanText(value.version, 64) ?? '';
		const place = network === undefined ? '' : `, network ${network}`;
		return { found: `Hornet ${version}${place}`.trim(), confidence: 'certain' };
	},
	open: createHornetSource,
};

function createHornetSource(target: Target): Source {
	const inquiry = createInquiry();
	const recent = createRecentVertices();
	const stillness = createStillnessWatch();
	let wasUnhealthy = false;
	return {
		async poll(context) {
			try {
				return await inquiry.poll(context, target.timeoutMs, async (round) => {
					const { info, peers, metrics } = await askAll(target, context, round, recent);
					const nowMs = context.now();
					const { status } = info.value;
					const marks = [status.latestMilestone.index, status.confirmedMilestone.index];
					const still = stillness.observe(marks, nowMs);
					const network = peers && readPeers(peers);
					const circumstances = { peers: network?.peers, still, wasUnhealthy, nowMs };
					wasUnhealthy = !status.isHealthy;
					return {
						latencyMs: info.latencyMs,
						endpoints: round.endpoints(),
						...compose(info.value, circumstances),
						dag: defined({
							...metrics,
							growthPerSecond: toAmount(info.value.metrics?.blocksPerSecond),
							branchingFactor: recent.branchingFactor(),
							recent: recent.list(),
						}),
						...defined({ network, clock: clockFrom(info, nowMs) }),
					};
				});
			} catch (error) {
				stillness.reset();
				throw error;
			}
		},
		close: () => undefined,
	};
}

async function askAll(
	{ url: base, metricsUrl }: Target,
	context: PollContext,
	round: Round,
	recent: RecentVertices,
) {
	const { http } = context;
	const get =
		<T>(path: string, schema: z.ZodType<T>) =>
		(signal: AbortSignal) =>
			getJson({ base, path, schema }, { http, signal });
	const info = await round.main(`/${paths.info}`, get(paths.info, infoSchema));
	const [tips, peers, metrics] = await Promise.all([
		round.also(`/${paths.tips}`, (signal) => askTips(base, context, signal)),
		round.also(`/${paths.peers}`, get(paths.peers, peersSchema)),
		metricsUrl === undefined
			? undefined
			: round.also('metrics', (signal) => askMetrics(metricsUrl, http, signal)),
	]);
	const chosen = chooseBlocks(recent, tips ?? []);
	if (chosen.length === 0) return { info, peers, metrics };
	await round.also('/api/core/v2/blocks/ID/metadata', async (signal) => {
		const started = performance.now();
		await eachOf(chosen, atOnce, async (id) => {
			const vertex = await askVertex(base, id, context, signal);
			if (vertex) recent.put(vertex);
		});
		const latencyMs = Math.round(performance.now() - started);
		return { value: true, latencyMs, serverTimeMs: undefined };
	});
	return { info, peers, metrics };
}

/**
 * Not all tips, but some that the node would attach a block to (`SelectNonLazyTips`): where the newest
 * blocks are found, not how many tips there are. 503 while the node is not synced.
 */
async function askTips(
	base: string,
	{ http }: PollContext,
	signal: AbortSignal,
): Promise<Answered<readonly string[]>> {
	const schema = tipsSchema.or(metadataSchema.partial());
	const told = await getJson(
		{ base, path: paths.tips, schema, acceptStatus: [503] },
		{ http, signal },
	);
	if (told.status === 503 || !('tips' in told.value)) {
		throw new PollError('unsupported', 'the node gives tips only while it is synced', {
			retryAfterMs: tipsRetryMs,
		});
	}
	return { ...told, value: told.value.tips };
}

/** Tips not yet known, then known blocks that may have become final. */
function chooseBlocks(recent: RecentVertices, tips: readonly string[]): readonly string[] {
	const isId = (id: string) => /^0x[\da-f]{1,128}$/i.test(id);
	const fresh = tips.filter((id) => isId(id) && !recent.has(id));
	const unsettled = recent.pending().map(({ id }) => id);
	return [...fresh, ...unsettled].slice(0, blocksPerPoll);
}

/** A block that the node has pruned meanwhile is none. */
async function askVertex(base: string, id: string, { http }: PollContext, signal: AbortSignal) {
	try {
		const question = { base, path: paths.metadata(id), schema: metadataSchema };
		const { value } = await getJson(question, { http, signal });
		return readVertex(value);
	} catch (error) {
		if (error instanceof PollError && error.code === 'unsupported') return undefined;
		throw error;
	}
}

interface Circumstances {
	readonly peers: number | undefined;
	readonly still: Stillness;
	readonly wasUnhealthy: boolean;
	readonly nowMs: number;
}

function compose(
	{ name, version, status, protocol, metrics }: HornetInfo,
	{ peers, still, wasUnhealthy, nowMs }: Circumstances,
): Omit<Reading, 'latencyMs' | 'endpoints'> {
	const { isHealthy, latestMilestone, confirmedMilestone } = status;
	const lag = Math.max(0, latestMilestone.index - confirmedMilestone.index);
	const verdict = judgeProgress({
		claimsSynced: undefined,
		behind: lag,
		tolerance: lagTolerance,
		peers,
		newestAtMs: timeOf(latestMilestone),
		stillness: still,
		patienceMs,
		nowMs,
	});
	const client = cleanText(name, 64);
	const known = cleanText(version, 64);
	const userAgent = [client, known].filter((part) => part !== undefined).join('/');
	const rate = toAmount(metrics?.referencedRate);
	const head = readMilestone(latestMilestone);
	const finalized = readMilestone(confirmedMilestone);
	return {
		identity: defined({
			client,
			version: known,
			userAgent: userAgent === '' ? undefined : userAgent,
			networkId: cleanText(protocol?.networkName, 64),
		}),
		consensus: {
			status: verdict.status,
			height: confirmedMilestone.index,
			finalized: confirmedMilestone.index,
			finalityLag: lag,
			finalityUnit: 'milestones',
			...defined({ lastFinalizedAt: finalized.at }),
		},
		chain: { head, finalized },
		selfReport: selfReport(isHealthy, lag, wasUnhealthy),
		notes: [
			'heights and finality lag are counted in milestones',
			...(rate === undefined ? [] : [`${rate.toFixed(1)} % of new blocks are referred to`]),
			...(verdict.note === undefined ? [] : [verdict.note]),
		],
	};
}

/**
 * `isHealthy` covers sync, neighbours and the age of the milestone, and is false for milliseconds at
 * each milestone: one such answer alone says nothing.
 */
function selfReport(
	isHealthy: boolean,
	lag: number,
	wasUnhealthy: boolean,
): NonNullable<Reading['selfReport']> {
	if (isHealthy) return { status: 'up', reasons: [] };
	return wasUnhealthy || lag > lagTolerance
		? { status: 'degraded', reasons: ['says isHealthy: false'] }
		: { status: 'unknown', reasons: ['says isHealthy: false at this moment'] };
}
