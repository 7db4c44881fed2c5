import { existsSync } from 'node:fs';
import { loadSettings } from '../../app/configuration.ts';
import { alertDirectory } from '../../config/paths.ts';
import type { Settings, SettingsFlags } from '../../config/settings.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import type { Alert } from '../../domain/alert.ts';
import type { SnapshotDocument } from '../../sections/snapshot.ts';
import type { Health } from '../../domain/words.ts';
import { toDocument } from '../../fleet/document.ts';
import { toMoment } from '../../fleet/to-moment.ts';
import { createWatch } from '../../app/watch.ts';
import type { Command, CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { formatFlags, settingsFlags, settingsHelp } from '../settings-flags.ts';
import { chooseSubject } from '../../app/choose-targets.ts';
import { aborted } from '../../domain/waiting.ts';

const help = `Usage
  nodetop --once [NODE…] [--json | --csv | --ndjson] [--check]

Polls every node once, prints what it found on standard output, and exits.

Formats
  (none)      a table for people
  --json      the whole snapshot as one document (schema nodetop/1)
  --ndjson    one JSON object a line, one line a node
  --csv       one row a node
  --check     makes the exit code the health: 0 up, 1 degraded, 2 down, 3 unknown

${settingsHelp}
Examples
  nodetop --once http://127.0.0.1:8545
  nodetop --once --json | jq '.nodes[] | {name: .target.name, health: .health.status}'
`;

type FormatFlags = { readonly [Name in keyof typeof formatFlags]?: boolean | undefined };

const formats = ['json', 'csv', 'ndjson'] as const;
type Format = (typeof formats)[number] | 'text';

/** The headless snapshot. Loads neither React nor Ink. */
export const once: Command = {
	help,
	async run(context) {
		const { flags, input } = await parseFlags(context.argv, { ...settingsFlags, ...formatFlags });
		const settings = await loadSettings({ flags, nodeSpecs: input, env: context.env });
		return printSnapshot(settings, flags, context, watchedProfile(settings, flags, input));
	},
};

/** Polls every node once, prints the snapshot in the wanted format, and gives the exit code. */
export async function printSnapshot(
	settings: Settings,
	flags: FormatFlags,
	context: CommandContext,
	watched?: WatchedProfile,
): Promise<number> {
	const format = chooseFormat(flags);
	const snapshot = await takeSnapshot(settings, context, watched);
	if (context.signal.aborted) return exitCodes.interrupted;
	context.stdout.write(await print(snapshot, format, settings, context));
	return flags.check === true ? checkCodes[snapshot.summary.status] : exitCodes.ok;
}

const checkCodes: Readonly<Record<Health, number>> = { up: 0, degraded: 1, down: 2, unknown: 3 };

function chooseFormat(flags: FormatFlags): Format {
	const chosen = formats.filter((format) => flags[format] === true);
	if (chosen.length > 1) {
		throw new UserError(
			`only one format at a time: ${chosen.map((name) => `--${name}`).join(' ')}`,
			{
				nextSteps: ['leave all but one of them out'],
			},
		);
	}
	return chosen[0] ?? 'text';
}

/**
 * Polls every node once and resolves with the document of what was found. The alerts are those of the
 * process that watches the profile, else what the built-in checks found.
 */
export async function takeSnapshot(
	settings: Settings,
	context: Pick<CommandContext, 'signal' | 'now' | 'version' | 'stderr' | 'env'>,
	watched?: WatchedProfile,
): Promise<SnapshotDocument> {
	const { targets, hint } = await chooseSubject(settings, context.signal);
	const watch = createWatch(targets, {
		now: context.now,
		reportBug: bugReporter(context),
		witnesses: settings.witnesses,
	});
	try {
		await Promise.race([watch.firstRound(), aborted(context.signal)]);
		if (watched !== undefined) watch.fleet.setAlerts(await lastAlerts(watched, context));
		const moment = toMoment(watch.fleet.getSnapshot(), { atMs: context.now() });
		return toDocument(moment, { version: context.version, hint });
	} finally {
		watch.stop();
	}
}

/** The profile that a snapshot is of, as a whole. */
export interface WatchedProfile {
	readonly name: string;
	readonly flags: Pick<SettingsFlags, 'config' | 'profile'>;
}

/** The profile, unless it has no nodes or others were named. */
export function watchedProfile(
	{ profile, targets }: Settings,
	flags: Pick<SettingsFlags, 'config' | 'profile'>,
	nodeSpecs: readonly string[],
): WatchedProfile | undefined {
	const isOther = nodeSpecs.length > 0 || targets.length === 0;
	return isOther ? undefined : { name: profile, flags };
}

/** What the process that watches the profile says; `undefined` where none does. */
async function lastAlerts(
	{ name, flags }: WatchedProfile,
	context: Pick<CommandContext, 'now' | 'env' | 'stderr'>,
): Promise<readonly Alert[] | undefined> {
	const directory = alertDirectory(name, context);
	if (!existsSync(directory)) return undefined;
	const { readFreshAlerts } = await import('../../app/fresh-alerts.ts');
	return readFreshAlerts(directory, flags, context);
}

async function print(
	snapshot: SnapshotDocument,
	format: Format,
	settings: Settings,
	context: CommandContext,
): Promise<string> {
	switch (format) {
		case 'json':
			return (await import('../../export/json.ts')).toJson(snapshot);
		case 'ndjson':
			return (await import('../../export/json.ts')).toNdjson(snapshot);
		case 'csv':
			return (await import('../../export/csv.ts')).toCsv(snapshot);
		case 'text': {
			const { toOverviewText } = await import('../../export/overview-text.ts');
			return toOverviewText(snapshot, {
				color: false,
				ascii: settings.ascii,
				nowMs: context.now(),
				...(context.stdout.columns !== undefined && { width: context.stdout.columns }),
			});
		}
	}
}

/** Prints the stack of an adapter's bug; the watch on the other nodes goes on. */
export function bugReporter({ stderr }: Pick<CommandContext, 'stderr'>) {
	return (error: unknown, { name }: { readonly name: string }): void => {
		const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
		stderr.write(`nodetop: a bug of nodetop while reading ${name}\n${text}\n`);
	};
}
