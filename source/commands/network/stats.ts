import { loadSettings } from '../../app/configuration.ts';
import { parseDuration } from '../../config/duration.ts';
import { exitCodes } from '../../domain/errors.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { NodeState } from '../../fleet/node-state.ts';
import { networkStats } from '../../network-tests/statistics/network-stats.ts';
import type { NetworkStats } from '../../network-tests/statistics/network-stats.ts';
import {
	toDetailedStats,
	toStatsTable,
} from '../../network-tests/statistics/network-stats-text.ts';
import { createNetworkTracker } from '../../network-tests/statistics/network-tracker.ts';
import type { NetworkTracker } from '../../network-tests/statistics/network-tracker.ts';
import { pause } from '../../domain/waiting.ts';
import { readPeerFilter } from '../../network-tests/peers/peer-filter.ts';
import { joinTopology } from '../../network-tests/peers/topology.ts';
import { toTopologyText } from '../../network-tests/peers/topology-text.ts';
import { createWatch } from '../../app/watch.ts';
import type { CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { bugReporter, takeSnapshot } from '../once/once.ts';
import { settingsFlags } from '../settings-flags.ts';
import { chooseSubject } from '../../app/choose-targets.ts';

const pollMs = 1000;
const mostWaitMs = 10_000;
const clearScreen = '\u001B[H\u001B[J';

/**
 * `nodetop network stats [NODE…]`: polls each node twice, for a rate needs two, and prints; with
 * `--interval` again and again until it is interrupted.
 */
export async function showNetworkStats(context: CommandContext): Promise<number> {
	const { flags, input } = await parseFlags(context.argv, {
		...settingsFlags,
		json: { type: 'boolean' },
		detailed: { type: 'boolean' },
		filter: { type: 'string' },
	});
	const filter = flags.filter === undefined ? undefined : readPeerFilter(flags.filter);
	const everyMs =
		flags.interval === undefined ? undefined : parseDuration(flags.interval, '--interval');
	const settings = await loadSettings({ flags, nodeSpecs: input, env: context.env });
	const { targets } = await chooseSubject(settings, context.signal);
	const brisk = targets.map((target) => ({ ...target, intervalMs: everyMs ?? pollMs }));
	const watch = createWatch(brisk, { now: context.now, reportBug: bugReporter(context) });
	const tracker = createNetworkTracker();
	const unsubscribe = watch.fleet.subscribe(() => {
		observeAll(watch.fleet, tracker);
	});
	const print = (): void => {
		const nowMs = context.now();
		const stats = watch.fleet
			.getSnapshot()
			.nodes.map((node) => statsOf(node, tracker, nowMs, filter));
		context.stdout.write(textOf(stats, flags));
	};
	const isRepainted = everyMs !== undefined && context.stdout.isTTY === true && flags.json !== true;
	try {
		await untilPolledTwice(watch.fleet, context.signal);
		const answering = sayWhoDoesNotAnswer(watch.fleet, context);
		for (;;) {
			if (context.signal.aborted) return exitCodes.interrupted;
			if (isRepainted) context.stdout.write(clearScreen);
			print();
			if (everyMs === undefined) return answering > 0 ? exitCodes.ok : exitCodes.unavailable;
			await pause(everyMs, context.signal);
		}
	} finally {
		unsubscribe();
		watch.stop();
	}
}

/** A line of dashes does not say why; resolves with how many nodes do answer. */
function sayWhoDoesNotAnswer(fleet: Fleet, { stderr }: CommandContext): number {
	const { nodes } = fleet.getSnapshot();
	const silent = nodes.filter(({ snapshot }) => snapshot.poll.status === 'failed');
	for (const { snapshot, target } of silent) {
		stderr.write(`nodetop: ${target.name}: ${snapshot.poll.error?.message ?? 'no answer'}\n`);
	}
	return nodes.length - silent.length;
}

function observeAll(fleet: Fleet, tracker: NetworkTracker): void {
	for (const { snapshot } of fleet.getSnapshot().nodes) tracker.observe(snapshot);
}

function statsOf(
	{ snapshot, target }: NodeState,
	tracker: NetworkTracker,
	nowMs: number,
	filter: ReturnType<typeof readPeerFilter> | undefined,
): NetworkStats {
	return networkStats(snapshot, {
		nowMs,
		memory: tracker.memoryOf(target.name),
		capacityBytesPerSecond: target.capacityBytesPerSecond,
		filter,
	});
}

function textOf(
	stats: readonly NetworkStats[],
	flags: { readonly json?: boolean | undefined; readonly detailed?: boolean | undefined },
): string {
	if (flags.json === true) return stats.map((each) => `${JSON.stringify(each)}\n`).join('');
	return flags.detailed === true ? stats.map(toDetailedStats).join('\n') : toStatsTable(stats);
}

/** Resolves when every node that answers was polled twice, or when that takes too long. */
async function untilPolledTwice(fleet: Fleet, signal: AbortSignal): Promise<void> {
	const polls = new Map<string, Set<string>>();
	const isDone = () =>
		fleet.getSnapshot().nodes.every(({ snapshot }) => {
			const { at, status } = snapshot.poll;
			const times = polls.get(snapshot.target.name) ?? new Set();
			polls.set(snapshot.target.name, times);
			if (at !== undefined) times.add(at);
			return times.size > 1 || status === 'failed';
		});
	const done = new AbortController();
	const unsubscribe = fleet.subscribe(() => {
		if (isDone()) done.abort();
	});
	try {
		await pause(mostWaitMs, AbortSignal.any([signal, done.signal]));
	} finally {
		unsubscribe();
	}
}

/** `nodetop network topology [NODE…]`: who is connected to whom, over all watched nodes. */
export async function showTopology(context: CommandContext): Promise<number> {
	const { flags, input } = await parseFlags(context.argv, {
		...settingsFlags,
		json: { type: 'boolean' },
	});
	const settings = await loadSettings({ flags, nodeSpecs: input, env: context.env });
	const { nodes } = await takeSnapshot(settings, context);
	if (context.signal.aborted) return exitCodes.interrupted;
	const topology = joinTopology(nodes);
	context.stdout.write(
		flags.json === true ? `${JSON.stringify(topology)}\n` : toTopologyText(topology),
	);
	return exitCodes.ok;
}
