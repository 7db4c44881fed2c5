import type { Transition } from '../../alerts/evaluation.ts';
import { takeOver } from '../../alerts/handover.ts';
import { alertDirectory } from '../../config/paths.ts';
import { countOf } from '../../config/profiles.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import { openAlerting } from '../../app/alerting.ts';
import type { Alerting } from '../../app/alerting.ts';
import { createWatch } from '../../app/watch.ts';
import type { Watch } from '../../app/watch.ts';
import { unusable } from '../alerts/unusable-directory.ts';
import type { Command, CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { bugReporter } from '../once/once.ts';
import { probingOf } from '../../app/probing-options.ts';
import { settingsFlags } from '../settings-flags.ts';
import { warnOn } from '../warn.ts';
import {
	commandFlagsOf,
	compareTargets,
	configMark,
	loadSetup,
	reloadSetup,
	whyNotTaken,
} from '../../app/watch-setup.ts';
import type { WatchSetup } from '../../app/watch-setup.ts';
import { aborted } from '../../domain/waiting.ts';

const help = `Usage
  nodetop watch [NODE…] [--json]

Polls the nodes of the profile, or those named, asks the alert rules, and tells the channels of the
profile, without a screen, until it is ended. Each change of an alert is one line on standard error. A
screen of the same profile shows these alerts, and what is done there is done here.

  --json             each change of an alert as a line of JSON on standard output
  --profile NAME     the profile whose nodes are watched
  -c, --config FILE  another configuration file
  -i, --interval D   time between polls of a node: 500ms, 2s, 1m
  --timeout D        how long a node may take to answer
  --insecure         accept any TLS certificate

A changed configuration file is taken within some seconds, and at SIGHUP; one that is wrong is said
so, and the one before stays in force. SIGINT and SIGTERM end it: messages under way get two seconds,
what is queued stays on disk. Exits with 69 when another watch of the profile is running, with 73 when
what is known of alerts cannot be kept: its directory is of another user, or its disk full.

Examples
  nodetop watch --profile mainnet
  nodetop watch --json | jq -c 'select(.event == "fired") | .incident'
`;

const lookEveryMs = 1000;

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
			json: { type: 'boolean' },
		});
		const options = { flags, nodeSpecs: input, env: context.env, warn: warnOn(context) };
		const mark = await configMark(options);
		const setup = await loadSetup(options, context.signal);
		const { settings, subject } = setup;
		const directory = alertDirectory(settings.profile, context);
		const lock = await takeOver(directory).catch((error: unknown) => {
			throw unusable(error, directory);
		});
		const nodes = createWatch(subject.targets, {
			now: context.now,
			reportBug: bugReporter(context),
			witnesses: settings.witnesses,
			healthIntervalMs: settings.healthIntervalMs,
			readOnly: settings.readOnly,
			probing: probingOf(settings, context),
		});
		try {
			const alerting = await openAlerting({
				fleet: nodes.fleet,
				directory,
				lock,
				settings: setup.alerts,
				env: context.env,
				commandFlags: commandFlagsOf(settings.profile, options),
				now: context.now,
				terminal: terminalOf(context, flags.json === true),
				warn: warnOn(context),
				onTransition: transitionPrinter(context, flags.json === true),
				reportBug: (error) => {
					bugReporter(context)(error, { name: 'alerts' });
				},
			}).catch((error: unknown) => {
				throw unusable(error, directory);
			});
			followProblems(alerting, warnOn(context));
			announce(setup, directory, warnOn(context));
			const run = { context, setup, mark, nodes, alerting };
			// The profile's alerts are locked: another one needs another process.
			const pinned = { ...options, flags: { ...flags, profile: settings.profile } };
			const stopFollowing = followConfiguration(run, pinned);
			await aborted(context.signal);
			stopFollowing();
			await alerting.close();
		} finally {
			nodes.stop();
		}
		return exitCodes.ok;
	},
};

function announce(
	{ settings, subject, alerts }: WatchSetup,
	directory: string,
	say: (line: string) => void,
): void {
	const { channels, rules } = alerts;
	const told = channels.length === 0 ? 'no channel is told' : countOf(channels.length, 'channel');
	const watched = countOf(subject.targets.length, 'node');
	if (subject.hint !== undefined) say(subject.hint);
	say(
		`watching ${watched} of the profile ${settings.profile} by ${rules.size} rules; ${told}; state in ${directory}`,
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

function transitionPrinter(
	{ stdout, stderr }: CommandContext,
	isData: boolean,
): (transition: Transition) => void {
	return (transition) => {
		const { at, event, incident } = transition;
		const { severity, rule, message, reason } = incident;
		if (isData) stdout.write(`${JSON.stringify(transition)}\n`);
		const word = words[event];
		if (word === undefined) return;
		const why = reason === undefined || reason === 'recovered' ? '' : ` (${reason})`;
		stderr.write(`${at} ${word} ${severity} ${rule}: ${message}${why}\n`);
	};
}

/** Says a problem when it begins and when it is over; its figures change meanwhile. */
function followProblems({ state }: Alerting, say: (line: string) => void): void {
	let known = new Set<string>();
	state.subscribe(() => {
		const now = new Map(
			state.getSnapshot().problems.map((line) => [line.split(':', 1)[0] ?? line, line]),
		);
		for (const [what, line] of now) if (!known.has(what)) say(line);
		for (const what of known) if (!now.has(what)) say(`${what}: well again`);
		known = new Set(now.keys());
	});
}

interface Run {
	readonly context: CommandContext;
	setup: WatchSetup;
	/** Of the configuration file, as it was before it was read last. */
	mark: string;
	readonly nodes: Watch;
	readonly alerting: Alerting;
}

/** Takes the configuration anew when its file changes and at SIGHUP. Returns what ends that. */
function followConfiguration(run: Run, options: Parameters<typeof loadSetup>[0]): () => void {
	const { context } = run;
	const say = warnOn(context);
	let turn: Promise<void> = Promise.resolve();
	const takeAnew = (): void => {
		turn = turn
			.then(() => reload(run, options, say))
			.catch((error: unknown) => {
				if (error instanceof UserError) say(whyNotTaken(error));
				else bugReporter(context)(error, { name: 'the configuration' });
			});
	};
	const look = async (): Promise<void> => {
		const mark = await configMark(options);
		if (mark !== run.mark) takeAnew();
		run.mark = mark;
	};
	// By looking, for a file that is replaced is another one to the system's own watching.
	const timer = setInterval(() => {
		turn = turn.then(look);
	}, lookEveryMs);
	// At a terminal it means that the terminal is gone.
	if (context.stdin.isTTY !== true) context.onHangUp?.(takeAnew);
	return () => {
		clearInterval(timer);
	};
}

async function reload(
	run: Run,
	options: Parameters<typeof loadSetup>[0],
	say: (line: string) => void,
): Promise<void> {
	const { nodes, alerting, context } = run;
	const next = await reloadSetup(run.setup, options, context.signal);
	const changes = compareTargets(run.setup.subject.targets, next.subject.targets);
	run.setup = next;
	const { added, removed, changed } = changes;
	for (const name of [...removed, ...changed.map((target) => target.name)]) nodes.remove(name);
	for (const target of [...added, ...changed]) nodes.add(target);
	await alerting.reload(next.alerts);
	const { rules, channels } = next.alerts;
	say(
		`the configuration is taken: ${added.length} added, ${removed.length} removed and ${changed.length} changed of ${countOf(next.subject.targets.length, 'node')}; ${rules.size} rules, ${countOf(channels.length, 'channel')}`,
	);
}
