import { PollError } from '../../domain/errors.ts';
import { clean } from '../../domain/clean.ts';
import { defined } from '../../domain/defined.ts';
import type { Target } from '../../domain/target.ts';
import type { Reading } from '../../sections/snapshot.ts';
import type { TransferSection } from '../../sections/transfers/schema.ts';
import type { Beside, PollContext } from '../adapter.ts';
import { isOurFault } from '../secondary.ts';
import { createDebugPort } from './debug-port.ts';
import type { DebugScrape } from './debug-port.ts';
import { createLogSource } from './log/log-source.ts';
import type { LogSource } from './log/log-source.ts';
import { readTransfers } from './log/section.ts';

/** How much of a poll is spent on a log that is not read to its end yet. */
const settleShare = 0.4;

/** A node that answered before, and now neither answers nor writes for this long, is down. */
const quietMs = 30_000;

/** What a node says elsewhere than at its console: its log and its debug port. */
interface Elsewhere {
	readonly log: LogSource | undefined;
	readonly debug: DebugScrape | undefined;
	readonly transfers: TransferSection | undefined;
	/** Whether its log shows that it runs, as far as that can be known. */
	readonly isWriting: boolean;
}

/** A node's log and its debug port beside its console: each is shown without the others. */
export function createBeside({ log: place, metricsUrl, timeoutMs }: Target): Beside | undefined {
	if (place === undefined && metricsUrl === undefined) return undefined;
	const log = place === undefined ? undefined : createLogSource(place);
	const port = metricsUrl === undefined ? undefined : createDebugPort(metricsUrl);
	const isWriting = log && createWriting(log);
	let hasAnswered = false;

	async function readElsewhere(context: PollContext): Promise<Elsewhere> {
		const [debug] = await Promise.all([
			port?.read(context, timeoutMs),
			log?.settled(timeoutMs * settleShare),
		]);
		const ofLog = log && readTransfers(log, new Map(), context.now());
		return {
			log,
			debug,
			transfers: merge(ofLog, debug?.reading?.transfers),
			isWriting: isWriting?.(context.now()) === true || !hasAnswered,
		};
	}

	return {
		async poll(context, read) {
			const [answer, elsewhere] = await Promise.all([outcomeOf(read), readElsewhere(context)]);
			if ('error' in answer) {
				const isOurs = isOurFault(answer.error, context.delay.soFarMs(), timeoutMs);
				return withoutConsole(answer.error, isOurs, elsewhere);
			}
			hasAnswered = true;
			const { debug, transfers } = elsewhere;
			return {
				...answer.reading,
				...(debug && { endpoints: [...(answer.reading.endpoints ?? []), debug.endpoint] }),
				...defined({ transfers }),
			};
		},
		close: () => {
			log?.close();
		},
	};
}

/** Asked at each poll: whether the log grew lately. By our clock, for the node's may be off. */
function createWriting(log: LogSource): (nowMs: number) => boolean {
	let lines = -1;
	let sinceMs = 0;
	return (nowMs) => {
		if (log.transfers.counted.lines !== lines) {
			lines = log.transfers.counted.lines;
			sinceMs = nowMs;
		}
		return nowMs - sinceMs <= quietMs;
	};
}

/** Throws the console's error where nothing else is read either. `isOurs`: this machine was too late to read it. */
function withoutConsole(
	error: PollError,
	isOurs: boolean,
	{ log, debug, transfers, isWriting }: Elsewhere,
): Reading {
	const isDebug = debug?.endpoint.status === 'ok' && debug.reading !== undefined;
	const isLog = log !== undefined && isRead(log) && (isWriting || isOurs);
	if (!isDebug && !isLog) throw error;
	const why = clean(error.message, 120);
	const what = isOurs ? 'its API was not read' : 'its API does not answer';
	const from = [isLog ? 'its log' : '', isDebug ? 'its debug port' : ''].filter(Boolean);
	const { storage, reputation } = (isDebug && debug.reading) || {};
	return {
		identity: { client: 'storagenode' },
		endpoints: [
			{ name: '/api/sno/', status: isOurs ? 'unmeasured' : 'failed', message: why },
			...(debug ? [debug.endpoint] : []),
		],
		...defined({ transfers, storage, reputation }),
		notes: [`${what} (${why}): what is shown comes from ${from.join(' and ')}`],
	};
}

/**
 * The log counts by satellite, and knows what was lost. Durations are taken from the debug port where the log
 * has no starts, or times of whole seconds; how many took how long is then still of the log.
 */
function merge(
	log: TransferSection | undefined,
	debug: TransferSection | undefined,
): TransferSection | undefined {
	if (!log || !debug) return log ?? debug;
	const isFine = log.latencyMs !== undefined && (log.latencyStepMs ?? 1) <= 1;
	if (isFine || !debug.latencyMs) return log;
	const { latencyAbsent: _, latencyStepMs: __, latencies: counted = [], ...rest } = log;
	const timed = new Map(debug.latencies?.map((each) => [each.action, each]));
	const actions = new Set([...counted.map(({ action }) => action), ...timed.keys()]);
	return {
		...rest,
		latencyFrom: 'debugPort',
		latencyMs: debug.latencyMs,
		latencies: [...actions].map((action) => {
			const { below1s, below5s, below10s, above10s } =
				counted.find((each) => each.action === action) ?? {};
			return { ...defined({ below1s, below5s, below10s, above10s }), action, ...timed.get(action) };
		}),
	};
}

function isRead({ state, transfers }: LogSource): boolean {
	return (
		state.status === 'following' || (state.status === 'reading' && transfers.counted.lines > 0)
	);
}

async function outcomeOf(
	read: () => Promise<Reading>,
): Promise<{ readonly reading: Reading } | { readonly error: PollError }> {
	try {
		return { reading: await read() };
	} catch (error) {
		if (error instanceof PollError) return { error };
		throw error;
	}
}
