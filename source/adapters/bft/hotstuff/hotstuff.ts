import * as z from 'zod';
import { PollError } from '../../../domain/errors.ts';
import type { Clock } from '../../../sections/clock/schema.ts';
import type { Consensus } from '../../../sections/consensus/schema.ts';
import type { Distribution } from '../../../sections/distribution.ts';
import type { Network } from '../../../sections/network/schema.ts';
import type { Reading } from '../../../sections/snapshot.ts';
import type { Target } from '../../../domain/target.ts';
import type { Source } from '../../adapter.ts';
import { clockFrom } from '../../clock.ts';
import type { Dialect } from '../../dialect.ts';
import { parseJson } from '../../http.ts';
import type { Http, Reply } from '../../http.ts';
import { toAmount, toCount, toInteger } from '../../quantity.ts';
import { createInquiry } from '../../inquiry.ts';
import { defined, definedOrNone } from '../../../domain/defined.ts';
import { askConsensusStatus, withConsensusStatus } from './consensus-status.ts';
import { createPerformanceMeter } from '../../performance.ts';
import { createProgressWatch } from '../progress.ts';
import type { ProgressVerdict } from '../progress.ts';
import { metricsAddresses } from '../scrape.ts';

const optional = z.unknown().optional();

/** `GET /metrics` of sure2web3/hotstuff2, `src/metrics/mod.rs`: JSON, times in milliseconds. */
const metricsSchema = z.object({
	current_round: z.unknown(),
	current_height: z.unknown(),
	blocks_committed: z.unknown(),
	blocks_proposed: optional,
	votes_sent: optional,
	votes_received: optional,
	timeouts: optional,
	consecutive_timeouts: optional,
	view_changes: optional,
	safety_violations: optional,
	avg_block_time: optional,
	avg_commit_latency: optional,
	messages_sent: optional,
	messages_received: optional,
	network_errors: optional,
	storage_errors: optional,
	timestamp: optional,
});
type Metrics = z.infer<typeof metricsSchema>;

/** HotStuff-2 of sure2web3, whose metrics are JSON. Its round is HotStuff's view. */
export const hotstuff: Dialect = {
	name: 'hotstuff',
	async probe(target, context) {
		const { metrics } = await ask(target, context);
		const height = toInteger(metrics.current_height);
		return { found: `HotStuff-2 node at height ${height}`, confidence: 'certain' };
	},
	open: createHotstuffSource,
};

function createHotstuffSource(target: Target): Source {
	const judge = createProgressWatch(target.intervalMs);
	const inquiry = createInquiry();
	const reckon = createPerformanceMeter(true);
	return {
		poll: (context) =>
			inquiry.poll(context, target.timeoutMs, async (round) => {
				const answer = await ask(target, context);
				const { latencyMs } = answer.reply;
				const nowMs = context.now();
				const read = compose(answer, judge, nowMs);
				const reading = { latencyMs, ...read, ...reckon(read, nowMs) };
				const status = await askConsensusStatus(round, metricsUrlOf(target), context.http);
				const endpoints = [
					{ name: 'metrics', status: 'ok' as const, latencyMs },
					...round.endpoints(),
				];
				return { ...(status ? withConsensusStatus(reading, status) : reading), endpoints };
			}),
		close: () => undefined,
	};
}

function compose(
	{ metrics, reply }: Answer,
	judge: ReturnType<typeof createProgressWatch>,
	nowMs: number,
): Reading {
	const storageErrors = toInteger(metrics.storage_errors);
	const verdict = judge({
		committed: toInteger(metrics.current_height) ?? toInteger(metrics.blocks_committed),
		attempted: toInteger(metrics.current_round),
		committedAtMs: undefined,
		nowMs,
	});
	return {
		...defined({
			clock: readClock(metrics, reply, nowMs) ?? clockFrom(reply, nowMs),
			network: readNetwork(metrics),
			consensus: readConsensus(metrics, verdict),
			database: storageErrors === undefined ? undefined : { errors: storageErrors },
		}),
		...readNotes(metrics, verdict),
	};
}

interface Answer {
	readonly metrics: Metrics;
	readonly reply: Reply;
}

async function ask(
	target: Target,
	{ http, signal }: { readonly http: Http; readonly signal: AbortSignal },
): Promise<Answer> {
	const reply = await http.request({
		url: metricsUrlOf(target),
		signal,
		accept: 'application/json',
	});
	const parsed = metricsSchema.safeParse(parseJson(reply));
	const isComplete =
		parsed.success &&
		toInteger(parsed.data.current_round) !== undefined &&
		toInteger(parsed.data.current_height) !== undefined;
	if (isComplete) return { metrics: parsed.data, reply };
	throw new PollError(
		'unsupported',
		'JSON answers there, but not the metrics of a HotStuff-2 node',
		{
			nextStep: 'check the address: `nodetop add URL` finds out what answers there',
		},
	);
}

function metricsUrlOf(target: Target): string {
	return metricsAddresses(target, ['/metrics'])[0] ?? target.url;
}

function readConsensus(metrics: Metrics, verdict: ProgressVerdict): Consensus {
	const block = averageOf(metrics.avg_block_time);
	const commit = averageOf(metrics.avg_commit_latency);
	return defined({
		status: verdict.status,
		view: toInteger(metrics.current_round),
		height: toInteger(metrics.current_height),
		finalized: toInteger(metrics.blocks_committed),
		proposals: toInteger(metrics.blocks_proposed),
		votes: toInteger(metrics.votes_sent),
		votesReceived: toInteger(metrics.votes_received),
		timeouts: toInteger(metrics.timeouts),
		viewsInRowTimedOut: toInteger(metrics.consecutive_timeouts),
		viewChanges: toInteger(metrics.view_changes),
		safetyViolations: toInteger(metrics.safety_violations),
		averageFinalityMs: toAmount(metrics.avg_commit_latency),
		latenciesMs: definedOrNone({ ...(block && { block }), ...(commit && { commit }) }),
	});
}

function averageOf(value: unknown): Distribution | undefined {
	const avg = toAmount(value);
	return avg === undefined ? undefined : { avg };
}

function readNetwork(metrics: Metrics): Network | undefined {
	const counts = definedOrNone({
		sent: toInteger(metrics.messages_sent),
		received: toInteger(metrics.messages_received),
		failed: toInteger(metrics.network_errors),
	});
	return counts && { messages: [{ type: 'all', ...counts }] };
}

function readNotes(metrics: Metrics, { note }: ProgressVerdict): Pick<Reading, 'notes'> {
	const timeouts = toCount(metrics.consecutive_timeouts) ?? 0;
	const notes = [
		...(note === undefined ? [] : [note]),
		...(timeouts > 0 ? [`views that timed out in a row: ${timeouts}`] : []),
	];
	return notes.length === 0 ? {} : { notes };
}

/** Its own time has whole seconds, as the `Date` header has, but no proxy in between can have put it. */
function readClock(metrics: Metrics, reply: Reply, nowMs: number): Clock | undefined {
	const seconds = toCount(metrics.timestamp);
	if (seconds === undefined || seconds === 0) return undefined;
	const clock = clockFrom({ serverTimeMs: seconds * 1000, latencyMs: reply.latencyMs }, nowMs);
	return clock && { ...clock, source: 'node' };
}
