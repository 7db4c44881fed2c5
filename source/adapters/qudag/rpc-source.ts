import { formatMs } from '../../domain/format.ts';
import { PollError } from '../../domain/errors.ts';
import type { Endpoint } from '../../sections/poll/schema.ts';
import type { Reading } from '../../sections/snapshot.ts';
import type { Target } from '../../domain/target.ts';
import type { PollContext, Source } from '../adapter.ts';
import { beginSecondary, isOurFault, statusOf } from '../secondary.ts';
import type { Secondary } from '../secondary.ts';
import type { RpcAddress } from './address.ts';
import { createConnectionBudget, unlimitedBudget } from './connection-budget.ts';
import type { ConnectionBudget } from './connection-budget.ts';
import { callRpc } from './rpc-client.ts';
import type { RpcMethod, RpcReply } from './rpc-client.ts';
import { readRunnerStatus, readServerStatus } from './rpc-reading.ts';
import type { RunnerDetails } from './rpc-reading.ts';
import {
	networkStatsSchema,
	peersSchema,
	runnerStatusSchema,
	serverStatusSchema,
} from './rpc-wire.ts';
import type { RunnerStatus, ServerStatus } from './rpc-wire.ts';
import { createTrafficRates } from './traffic-rates.ts';

export type RpcStatus =
	| { readonly shape: 'server'; readonly status: ServerStatus }
	| { readonly shape: 'runner'; readonly status: RunnerStatus };

/** Tells the two shapes of `get_status` apart by their keys. Throws `unsupported` for a third. */
export function readStatusShape(result: unknown): RpcStatus {
	const server = serverStatusSchema.safeParse(result);
	if (server.success) return { shape: 'server', status: server.data };
	const runner = runnerStatusSchema.safeParse(result);
	if (runner.success) return { shape: 'runner', status: runner.data };
	throw new PollError('unsupported', 'get_status has neither node_id nor is_running', {
		nextStep: 'this is a version of QuDAG that nodetop does not know: please report it',
	});
}

interface Details extends RunnerDetails {
	readonly endpoints: readonly Endpoint[];
}

/**
 * A QuDAG node over its framed RPC. TCP polls stay below the node's limit on connections: between
 * two allowed questions the last outcome is given again, and peers are asked more rarely. Only a
 * node runner is asked for more than `get_status`, for the other shape holds everything already.
 */
export function createRpcSource(target: Target, address: RpcAddress): Source {
	const budget =
		address.transport === 'tcp' ? createConnectionBudget(target.intervalMs) : unlimitedBudget;
	const rates = createTrafficRates();
	let last: { reading: Reading } | { error: unknown } | undefined;
	let details: Details | undefined;

	const ask = (method: RpcMethod, context: PollContext): Promise<RpcReply> =>
		callRpc(address, method, target.token, {
			signal: context.signal,
			timeoutMs: target.timeoutMs,
			proxy: target.proxy,
			onConnected: () => {
				budget.spend(context.now());
			},
		});

	const refreshDetails = async (context: PollContext): Promise<Details | undefined> => {
		if (!budget.mayAskDetails(2, context.now())) return details;
		budget.startDetails(context.now());
		return askDetails(ask, context, target.timeoutMs);
	};

	const read = async (context: PollContext): Promise<Reading> => {
		const reply = await ask('get_status', context);
		const main: Endpoint = { name: 'get_status', status: 'ok', latencyMs: reply.latencyMs };
		const { shape, status } = readStatusShape(reply.result);
		if (shape === 'server') {
			const reading = readServerStatus(status, rates, context.now());
			return complete(reading, [main], paceNotes(target, budget.statusGapMs, 0));
		}
		details = await refreshDetails(context);
		const notes = paceNotes(target, budget.statusGapMs, budget.detailsGapMs);
		return complete(
			readRunnerStatus(status, details ?? {}),
			[main, ...(details?.endpoints ?? [])],
			notes,
		);
	};

	return {
		async poll(context) {
			if (!budget.mayAskStatus(context.now())) return again(last, budget);
			try {
				const reading = await read(context);
				last = { reading };
				return reading;
			} catch (error) {
				if (isOursToo(error, context, target.timeoutMs)) throw error;
				last = { error };
				details = undefined;
				throw error;
			}
		},
		close() {
			last = undefined;
			details = undefined;
		},
	};
}

/** The last outcome once more, good or bad. */
function again(
	last: { reading: Reading } | { error: unknown } | undefined,
	budget: ConnectionBudget,
): Reading {
	if (last && 'reading' in last) return last.reading;
	if (last) throw last.error;
	throw new PollError('rateLimited', 'this poll would pass the node’s limit on connections', {
		nextStep: 'wait a minute, and poll less often',
		retryAfterMs: budget.statusGapMs,
	});
}

/** What this machine was at fault for says nothing about the node, and is not given again. */
function isOursToo(error: unknown, { delay }: PollContext, timeoutMs: number): boolean {
	return error instanceof PollError && isOurFault(error, delay.soFarMs(), timeoutMs);
}

type Ask = (method: RpcMethod, context: PollContext) => Promise<RpcReply>;

async function askDetails(ask: Ask, context: PollContext, timeoutMs: number): Promise<Details> {
	const secondary = beginSecondary(context, timeoutMs);
	const askBeside: AskRpc = (method) => ask(method, { ...context, signal: secondary.signal });
	try {
		const [peers, stats] = await Promise.all([
			askSecondary('list_peers', askBeside, secondary),
			askSecondary('get_network_stats', askBeside, secondary),
		]);
		return {
			peers: peersSchema.safeParse(peers.result).data,
			stats: networkStatsSchema.safeParse(stats.result).data,
			endpoints: [peers.endpoint, stats.endpoint],
		};
	} finally {
		secondary.end();
	}
}

type AskRpc = (method: RpcMethod) => Promise<RpcReply>;

async function askSecondary(
	method: RpcMethod,
	ask: AskRpc,
	secondary: Secondary,
): Promise<{ endpoint: Endpoint; result?: unknown }> {
	try {
		const { result, latencyMs } = await ask(method);
		return { endpoint: { name: method, status: 'ok', latencyMs }, result };
	} catch (error) {
		if (!(error instanceof PollError)) throw error;
		return { endpoint: secondary.endpoint(method, error, statusOf(error)) };
	}
}

function complete(
	reading: Reading,
	endpoints: readonly [Endpoint, ...Endpoint[]],
	paces: readonly string[],
): Reading {
	const { latencyMs } = endpoints[0];
	const notes = [...(reading.notes ?? []), ...paces];
	return {
		...reading,
		...(latencyMs !== undefined && { latencyMs }),
		endpoints: [...endpoints],
		...(notes.length > 0 && { notes }),
	};
}

/** Says where the node's limit makes the data older than the interval. */
function paceNotes(target: Target, statusGapMs: number, detailsGapMs: number): string[] {
	const slower = [
		...(statusGapMs > target.intervalMs ? [`status every ${formatMs(statusGapMs)}`] : []),
		...(detailsGapMs > target.intervalMs ? [`peers every ${formatMs(detailsGapMs)}`] : []),
	];
	if (slower.length === 0) return [];
	return [`asks ${slower.join(', ')}: QuDAG takes 60 connections a minute from one address`];
}
