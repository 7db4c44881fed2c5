import { loadSettings } from '../../app/configuration.ts';
import type { Settings } from '../../config/settings.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import type { SnapshotDocument } from '../../sections/snapshot.ts';
import { exitCodeOfLevel, worstLevel } from '../../domain/words.ts';
import { levelOf } from '../../sections/health/severity.ts';
import { chooseSubject } from '../../app/choose-targets.ts';
import { watchedProfile } from '../../app/profile-alerts.ts';
import type { WatchedProfile } from '../../app/profile-alerts.ts';
import { takeDocument } from '../../app/take-document.ts';
import type { Command, CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { formatFlags, settingsFlags, settingsHelp } from '../settings-flags.ts';
import { surroundingsOf } from '../surroundings.ts';

const help = `Usage
  nodetop --once [NODE…] [--json | --csv | --ndjson] [--check]

Polls every node once, prints what it found on standard output, and exits.

Formats
  (none)      a table for people
  --json      the whole snapshot as one document (schema nodetop/1)
  --ndjson    one JSON object a line, one line a node
  --csv       one row a node
  --check     exits by the worst finding: 0 none or info, 1 warning, 2 critical or down,
              3 nothing can be said and nothing is worse

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
	profile?: WatchedProfile,
): Promise<number> {
	const format = chooseFormat(flags);
	const surroundings = surroundingsOf(context);
	const subject = await chooseSubject(settings, surroundings);
	const snapshot = await takeDocument(settings, subject, surroundings, profile);
	if (context.signal.aborted) return exitCodes.interrupted;
	context.stdout.write(await print(snapshot, format, settings, context));
	return flags.check === true ? checkCodeOf(snapshot) : exitCodes.ok;
}

/** The exit code of `--check`. A critical finding of a network is an issue of its nodes too. */
export function checkCodeOf({ nodes }: Pick<SnapshotDocument, 'nodes'>): number {
	return exitCodeOfLevel[worstLevel(nodes.map(({ health }) => levelOf(health)))];
}

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
				nowMs: context.clock.now(),
				...(context.stdout.columns !== undefined && { width: context.stdout.columns }),
			});
		}
	}
}
