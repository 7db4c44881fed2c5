import { loadSettings } from '../../app/configuration.ts';
import { parseDuration } from '../../config/duration.ts';
import type { SettingsFlags } from '../../config/settings.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import type { NodeMoment } from '../../sections/moment.ts';
import { networkStats } from '../../network-tests/statistics/network-stats.ts';
import type { NetworkStats } from '../../network-tests/statistics/network-stats.ts';
import {
	toDetailedStats,
	toStatsTable,
} from '../../network-tests/statistics/network-stats-text.ts';
import { pause } from '../../domain/waiting.ts';
import { readPeerFilter } from '../../network-tests/peers/peer-filter.ts';
import { joinTopology } from '../../network-tests/peers/topology.ts';
import { toTopologyText } from '../../network-tests/peers/topology-text.ts';
import { monitorOptions } from '../../app/monitor-options.ts';
import type { Monitor } from '../../app/open-monitor.ts';
import type { Surroundings } from '../../app/surroundings.ts';
import { takeDocument, withMonitor } from '../../app/take-document.ts';
import type { CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { settingsFlags } from '../settings-flags.ts';
import { chooseSubject } from '../../app/choose-targets.ts';
import { surroundingsOf } from '../surroundings.ts';

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
		from: { type: 'string' },
	});
	const filter = flags.filter === undefined ? undefined : readPeerFilter(flags.filter);
	const everyMs =
		flags.interval === undefined ? undefined : parseDuration(flags.interval, '--interval');
	if (flags.from !== undefined)
		return showRemoteStats(flags.from, { flags, input, everyMs, context });
	const settings = await loadSettings({ flags, nodeSpecs: input, env: context.env });
	const surroundings = surroundingsOf(context);
	const { targets } = await chooseSubject(settings, surroundings);
	const brisk = targets.map((target) => ({ ...target, intervalMs: everyMs ?? pollMs }));
	const options = monitorOptions('once', settings, brisk, surroundings);
	const isRepainted = everyMs !== undefined && context.stdout.isTTY === true && flags.json !== true;
	return withMonitor({ ...options, keepsNetworkMemory: true }, async (monitor) => {
		await untilPolledTwice(monitor, context.signal);
		const answering = warnOfSilentNodes(monitor, surroundings);
		for (;;) {
			if (context.signal.aborted) return exitCodes.interrupted;
			const { nodes, atMs } = monitor.moment();
			const stats = nodes.map((node) => statsOf(node, atMs, filter));
			context.stdout.write(`${isRepainted ? clearScreen : ''}${textOf(stats, flags)}`);
			if (everyMs === undefined) return answering > 0 ? exitCodes.ok : exitCodes.unavailable;
			await pause(everyMs, context.signal);
		}
	});
}

/** What a nodetop that serves has at hand: no node is polled, and no time is waited for rates. */
async function showRemoteStats(
	site: string,
	given: {
		readonly flags: SettingsFlags &
			Parameters<typeof textOf>[1] & { readonly filter?: string | undefined };
		readonly input: readonly string[];
		readonly everyMs: number | undefined;
		readonly context: CommandContext;
	},
): Promise<number> {
	const { flags, input, everyMs, context } = given;
	if (flags.filter !== undefined) throw new UserError('--filter and --from exclude each other');
	const { openRemoteSite } = await import('./remote.ts');
	const { stats } = await openRemoteSite(site, flags, context);
	for (;;) {
		context.stdout.write(textOf(await stats(input), flags));
		if (everyMs === undefined) return exitCodes.ok;
		await pause(everyMs, context.signal);
		if (context.signal.aborted) return exitCodes.interrupted;
	}
}

/** A line of dashes does not say why a node is silent. Returns how many nodes do answer. */
function warnOfSilentNodes({ moment }: Monitor, { warn }: Surroundings): number {
	const { nodes } = moment();
	const silent = nodes.filter(({ snapshot }) => snapshot.poll.status === 'failed');
	for (const { snapshot } of silent) {
		warn(`${snapshot.target.name}: ${snapshot.poll.error?.message ?? 'no answer'}`);
	}
	return nodes.length - silent.length;
}

function statsOf(
	{ snapshot, network, capacityBytesPerSecond }: NodeMoment,
	nowMs: number,
	filter: ReturnType<typeof readPeerFilter> | undefined,
): NetworkStats {
	return networkStats(snapshot, {
		nowMs,
		memory: network,
		capacityBytesPerSecond,
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

/** Starts, and resolves when every node that answers was polled twice, or when that takes too long. */
async function untilPolledTwice(monitor: Monitor, signal: AbortSignal): Promise<void> {
	const polls = new Map<string, Set<string>>();
	const isDone = () =>
		monitor
			.moment()
			.nodes.every(
				({ snapshot: { target, poll } }) =>
					(polls.get(target.name)?.size ?? 0) > 1 || poll.status === 'failed',
			);
	const done = new AbortController();
	const end = monitor.on((event) => {
		if (event.type !== 'polled') return;
		for (const { target, poll } of [event.snapshot, ...event.members]) {
			const times = polls.get(target.name) ?? new Set();
			polls.set(target.name, times.add(poll.at ?? ''));
		}
		if (isDone()) done.abort();
	});
	try {
		await monitor.start();
		await pause(mostWaitMs, AbortSignal.any([signal, done.signal]));
	} finally {
		end();
	}
}

/** `nodetop network topology [NODE…]`: who is connected to whom, over all watched nodes. */
export async function showTopology(context: CommandContext): Promise<number> {
	const { flags, input } = await parseFlags(context.argv, {
		...settingsFlags,
		json: { type: 'boolean' },
	});
	const settings = await loadSettings({ flags, nodeSpecs: input, env: context.env });
	const surroundings = surroundingsOf(context);
	const subject = await chooseSubject(settings, surroundings);
	const { nodes } = await takeDocument(settings, subject, surroundings);
	if (context.signal.aborted) return exitCodes.interrupted;
	const topology = joinTopology(nodes);
	context.stdout.write(
		flags.json === true ? `${JSON.stringify(topology)}\n` : toTopologyText(topology),
	);
	return exitCodes.ok;
}
