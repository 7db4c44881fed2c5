import type { Lock } from '../../domain/lock.ts';
import type { Transition } from '../../alerts/evaluation.ts';
import { takeOver } from '../../alerts/handover.ts';
import type { Alerting } from '../../app/alerting.ts';
import { followProblems } from './follow-problems.ts';
import { loadPeer, loadServeSettings } from '../../app/configuration.ts';
import { limitHeap } from '../../app/heap.ts';
import { openPairedAlerting } from '../../app/pair/paired-alerting.ts';
import type { PairedAlerting } from '../../app/pair/paired-alerting.ts';
import { createPeerClient } from '../../app/pair/peer-client.ts';
import { startHistory } from '../../app/run-history.ts';
import type { RunHistory } from '../../app/run-history.ts';
import { monitorOptions } from '../../app/monitor-options.ts';
import type { Monitor } from '../../app/open-monitor.ts';
import { withMonitor } from '../../app/take-document.ts';
import { commandFlagsOf, configMark, loadSetup } from '../../app/watch-setup.ts';
import type { WatchSetup } from '../../app/watch-setup.ts';
import type { LoadOptions } from '../../config/load.ts';
import { alertDirectory } from '../../config/paths.ts';
import type { Peer } from '../../config/peers.ts';
import type { Settings } from '../../config/settings.ts';
import { countOf } from '../../config/profiles.ts';
import { exitCodes } from '../../domain/errors.ts';
import { instanceName } from '../../domain/instance.ts';
import { aborted } from '../../domain/waiting.ts';
import { unusable } from '../alerts/unusable-directory.ts';
import type { Command, CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { settingsFlags } from '../settings-flags.ts';
import { surroundingsOf } from '../surroundings.ts';
import { warnOn } from '../warn.ts';
import { requireServe, requireServed, serveMonitor } from './serve-monitor.ts';
import { followConfiguration } from './follow-configuration.ts';

const help = `Usage
  nodetop watch [NODE…] [--json] [--serve [--listen HOST:PORT] [--token-file ROLE=FILE]…]

Polls the nodes of the profile, or the given nodes, evaluates the alert rules, and notifies the channels
of the profile, without a screen, until you stop it. It prints each change of an alert as one line on
standard error. A screen of the same profile shows these alerts, and its actions apply to them.

  --json             print each change of an alert as a line of JSON on standard output
  --serve            also serve what it sees over HTTP (nodetop serve --help)
  --profile NAME     use this profile
  -c, --config FILE  use this configuration file
  -i, --interval D   time between polls of a node: 500ms, 2s, 1m
  --timeout D        longest time to wait for an answer of a node
  --insecure         accept any TLS certificate
  --no-history       record nothing

watch applies a changed configuration file within seconds, and at once on SIGHUP. If the file has a
mistake, it prints that and keeps the previous configuration. SIGINT and SIGTERM end it: messages that
are being sent have two seconds to finish, queued ones stay on disk. Exits with 69 if another watch of
the profile is running, with 73 if it may not write the alert state (another user's directory). On a
full or read-only disk it goes on from memory, and the alert own-state says so.

Examples
  nodetop watch --profile mainnet
  nodetop watch --json | jq -c 'select(.event == "fired") | .incident'
`;

/** `nodetop watch`. */
export const watch: Command = {
	help,
	async run(context) {
		const { flags, input } = await parseFlags(context.argv, {
			profile: settingsFlags.profile,
			config: settingsFlags.config,
			interval: settingsFlags.interval,
			timeout: settingsFlags.timeout,
			insecure: settingsFlags.insecure,
			history: settingsFlags.history,
			json: { type: 'boolean' },
			serve: { type: 'boolean' },
			listen: { type: 'string' },
			tokenFile: { type: 'string', isMultiple: true },
		});
		requireServe(flags);
		const options = { flags, nodeSpecs: input, env: context.env, warn: warnOn(context) };
		const surroundings = surroundingsOf(context);
		const served = flags.serve === true ? await loadServeSettings(options, flags) : undefined;
		const peer = requireServed(await loadPeer(options), served);
		const mark = await configMark(options);
		const setup = await loadSetup(options, surroundings);
		const { settings, subject } = setup;
		context.signals?.handle();
		limitHeap('loading', subject.targets.length);
		const directory = alertDirectory(settings.profile, context);
		const lock = await takeOver(directory, context.clock).catch((error: unknown) => {
			throw unusable(error, directory);
		});
		const monitoring = monitorOptions('lasting', settings, subject.targets, surroundings);
		const keeps = { keepsNetworkMemory: served !== undefined };
		return withMonitor({ ...monitoring, ...keeps }, async (monitor) => {
			const isData = flags.json === true;
			printTransitions(monitor, context, isData);
			const place = { directory, lock, isData, peer };
			await context.signals?.guard();
			const alerting = await openAlerts(monitor, setup, { context, options, place });
			await monitor.start();
			limitHeap('running');
			followProblems(alerting.state, surroundings.warn);
			announce(setup, directory, surroundings.warn);
			// The profile's alerts are locked: another one needs another process.
			const pinned = { ...options, flags: { ...flags, profile: settings.profile } };
			// At a terminal a hang-up means that the terminal is gone.
			const onHangUp = context.stdin.isTTY === true ? undefined : context.signals?.onHangUp;
			const run = { surroundings, setup, mark, monitor, alerting };
			const stopFollowing = followConfiguration(run, pinned, onHangUp);
			const history = record(monitor, settings, context);
			const server =
				served && (await serveMonitor(monitor, setup, { served, history, alerting, context }));
			const refused = await Promise.race([aborted(context.signal), lock.refused]);
			stopFollowing();
			await server?.close();
			await history.close();
			await alerting.close();
			if (refused) throw refused;
			return exitCodes.ok;
		});
	},
};

/** What the monitor sees is recorded for the profile; what is wrong with that is said. */
function record(monitor: Monitor, settings: Settings, context: CommandContext): RunHistory {
	const { env, clock } = context;
	const { history, profile } = settings;
	const run = startHistory({ monitor, settings: history, profile, env, clock });
	const warn = warnOn(context);
	run.problem.subscribe(() => {
		warn(run.problem.getSnapshot() ?? 'history: well again');
	});
	return run;
}

interface AlertPlace {
	readonly directory: string;
	readonly lock: Lock;
	/** Whether standard output carries data. */
	readonly isData: boolean;
	/** The other watch, where two form a pair. */
	readonly peer: Peer | undefined;
}

function openAlerts(
	monitor: Monitor,
	{ settings, alerts }: WatchSetup,
	given: {
		readonly context: CommandContext;
		readonly options: LoadOptions;
		readonly place: AlertPlace;
	},
): Promise<Alerting & Partial<Pick<PairedAlerting, 'pair'>>> {
	const { context, options, place } = given;
	const { directory, lock, isData, peer } = place;
	const alerting = {
		directory,
		lock,
		settings: alerts,
		env: context.env,
		commandFlags: commandFlagsOf(settings.profile, options),
		hasHistory: settings.history !== undefined,
		terminal: terminalOf(context, isData),
		warn: warnOn(context),
	};
	const { clock } = context;
	const opening = peer
		? openPairedAlerting({
				...alerting,
				monitor,
				client: createPeerClient(peer),
				instance: instanceName(),
				quorum: peer.quorum,
				clock,
			})
		: monitor.openAlerting(alerting);
	return opening.catch((error: unknown) => {
		throw unusable(error, directory);
	});
}

function announce(
	{ settings, subject, alerts }: WatchSetup,
	directory: string,
	say: (line: string) => void,
): void {
	const { channels, rules } = alerts;
	const told =
		channels.length === 0 ? 'no channel is notified' : countOf(channels.length, 'channel');
	const watched = countOf(subject.targets.length, 'node');
	if (subject.hint !== undefined) say(subject.hint);
	say(
		`watching ${watched} of the profile ${settings.profile} with ${rules.size} rules; ${told}; state in ${directory}`,
	);
}

/** The bell would break the lines of data. */
function terminalOf({ stdout }: CommandContext, isData: boolean) {
	return {
		isTTY: stdout.isTTY === true && !isData,
		write: (text: string) => void stdout.write(text),
	};
}

const words: Readonly<Partial<Record<Transition['event'], string>>> = {
	fired: 'FIRING',
	raised: 'RAISED',
	lowered: 'LOWERED',
	resolved: 'RESOLVED',
};

function printTransitions(
	{ on }: Monitor,
	{ stdout, stderr }: CommandContext,
	isData: boolean,
): void {
	on((happened) => {
		if (happened.type !== 'alertChanged') return;
		const { transition } = happened;
		const { at, event, incident } = transition;
		const { severity, rule, message, reason } = incident;
		if (isData) stdout.write(`${JSON.stringify(transition)}\n`);
		const word = words[event];
		if (word === undefined) return;
		const why = reason === undefined || reason === 'recovered' ? '' : ` (${reason})`;
		stderr.write(`${at} ${word} ${severity} ${rule}: ${message}${why}\n`);
	});
}

/** Says a problem when it begins and when it is over; its figures change meanwhile. */
