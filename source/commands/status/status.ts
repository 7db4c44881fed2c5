import { joinRules } from '../../app/alert-settings.ts';
import { loadSettings } from '../../app/configuration.ts';
import { adapterOf } from '../../adapters/registry.ts';
import type { Settings } from '../../config/settings.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import type { SnapshotDocument } from '../../sections/snapshot.ts';
import { toCompactText } from '../../export/compact-text.ts';
import { toStatusText, toWatchText } from '../../export/status-text.ts';
import { toJson } from '../../export/json.ts';
import { chooseSubject } from '../../app/choose-targets.ts';
import { monitorOptions } from '../../app/monitor-options.ts';
import { watchedProfile } from '../../app/profile-alerts.ts';
import { documentOf, settle, takeDocument, withMonitor } from '../../app/take-document.ts';
import type { Command, CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { settingsFlags, settingsHelp } from '../settings-flags.ts';
import { surroundingsOf } from '../surroundings.ts';
import { aborted, untilAborted } from '../../domain/waiting.ts';

const help = `Usage
  nodetop status [NODE…] [--compact | --json] [--watch]
  nodetop status --process [NAME] [--json]

Prints the state of the nodes as text.

  --compact   print one line for each node
  --json      print the whole snapshot as one document
  --watch     repaint every second and mark changes; on a pipe, print one document after another, with
              --compact only the lines that changed
  --process   print the state of the node process that nodetop start runs: state, PID, uptime, restarts, health

${settingsHelp}Examples
  nodetop status validator
  nodetop status --compact
`;

type Print = (snapshot: SnapshotDocument, previous: SnapshotDocument | undefined) => string;

export const status: Command = {
	help,
	async run(context) {
		const { flags, input } = await parseFlags(context.argv, {
			...settingsFlags,
			compact: { type: 'boolean' },
			json: { type: 'boolean' },
			watch: { type: 'boolean' },
			process: { type: 'boolean' },
		});
		if (flags.process === true) {
			const { printProcesses } = await import('./process.ts');
			return printProcesses(context, input, flags.json === true);
		}
		if (flags.compact === true && flags.json === true) {
			throw new UserError('only one format at a time: --compact --json', {
				nextSteps: ['leave one of them out'],
			});
		}
		const settings = await loadSettings({ flags, nodeSpecs: input, env: context.env });
		const print = printer(settings, context, flags);
		const isCompact = flags.compact === true;
		if (flags.watch === true) return watchStatus(settings, context, print, isCompact);
		const profile = watchedProfile(settings, flags, input);
		const surroundings = surroundingsOf(context);
		const subject = await chooseSubject(settings, surroundings);
		const snapshot = await takeDocument(settings, subject, surroundings, profile);
		context.stdout.write(print(snapshot, undefined));
		if (snapshot.summary.hint !== undefined) context.stderr.write(`${snapshot.summary.hint}\n`);
		return exitCodes.ok;
	},
};

function printer(
	settings: Settings,
	context: CommandContext,
	flags: { readonly compact?: boolean | undefined; readonly json?: boolean | undefined },
): Print {
	if (flags.json === true) return (snapshot) => toJson(snapshot);
	if (flags.compact === true)
		return (snapshot) =>
			toCompactText(snapshot, { ascii: settings.ascii, nowMs: context.clock.now() });
	return (snapshot, previous) => {
		const options = {
			color: wantsColor(settings, context),
			ascii: settings.ascii,
			kindTitle: (kind: string) => adapterOf(kind)?.title,
			nowMs: context.clock.now(),
			...(context.stdout.columns !== undefined && { width: context.stdout.columns }),
		};
		return previous === undefined
			? toStatusText(snapshot, options)
			: toWatchText(previous, snapshot, options);
	};
}

function wantsColor(settings: Settings, { stdout, env }: CommandContext): boolean {
	if (settings.color !== 'auto') return settings.color === 'always';
	return stdout.isTTY === true && env['TERM'] !== 'dumb';
}

const repaintMs = 1000;
const clearBelow = '\u001B[J';
const home = '\u001B[H';
const clearScreen = '\u001B[2J';

/** Until the signal: a repaint each second, on a terminal in place, else one text after another. */
async function watchStatus(
	settings: Settings,
	context: CommandContext,
	print: Print,
	isCompact: boolean,
): Promise<number> {
	const surroundings = surroundingsOf(context);
	const { clock, signal } = surroundings;
	const { targets, hint } = await chooseSubject(settings, surroundings);
	const isTerminal = context.stdout.isTTY === true && context.env['TERM'] !== 'dumb';
	const options = {
		...monitorOptions('lasting', settings, targets, surroundings),
		rules: settings.rules && joinRules(settings.rules),
	};
	return withMonitor(options, async (monitor) => {
		let previous: SnapshotDocument | undefined;
		const fresh = isCompact ? createFreshLines() : (text: string) => text;
		const paint = (): void => {
			const snapshot = documentOf(monitor, { ...surroundings, hint });
			const text = print(snapshot, previous);
			context.stdout.write(isTerminal ? `${home}${eraseLineEnds(text)}${clearBelow}` : fresh(text));
			previous = snapshot;
		};
		await untilAborted(settle(monitor), signal);
		if (isTerminal) context.stdout.write(clearScreen);
		paint();
		const timer = clock.setInterval(paint, repaintMs);
		await aborted(signal);
		clock.clearInterval(timer);
		return exitCodes.ok;
	});
}

/** On a pipe a line that says the same as before is not repeated. */
function createFreshLines(): (text: string) => string {
	let before: ReadonlySet<string> = new Set();
	return (text) => {
		const lines = text.split('\n').filter((line) => line !== '');
		const fresh = lines.filter((line) => !before.has(line));
		before = new Set(lines);
		return fresh.map((line) => `${line}\n`).join('');
	};
}

/** What a shorter line leaves of the one painted before it is erased. */
function eraseLineEnds(text: string): string {
	return text.replaceAll('\n', '\u001B[K\n');
}
