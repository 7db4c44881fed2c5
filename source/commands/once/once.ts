import { loadSettings } from '../../app/configuration.ts';
import type { Settings, SettingsFlags } from '../../config/settings.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import { defaultFormat, exportFormats, formatNames } from '../../export/registry.ts';
import type { FormatName } from '../../export/registry.ts';
import type { TextOptions } from '../../export/text-style.ts';
import type { SnapshotDocument } from '../../sections/snapshot.ts';
import { exitCodeOfLevel, worstLevel } from '../../domain/words.ts';
import { levelOf } from '../../sections/health/severity.ts';
import { chooseSubject } from '../../app/choose-targets.ts';
import { watchedProfile } from '../../app/profile-alerts.ts';
import type { WatchedProfile } from '../../app/profile-alerts.ts';
import { takeDocument } from '../../app/take-document.ts';
import type { Command, CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import {
	formatFlags,
	formatsHelp,
	formatUsage,
	settingsFlags,
	settingsHelp,
} from '../settings-flags.ts';
import { surroundingsOf } from '../surroundings.ts';

const help = `Usage
  nodetop --once [NODE…] [${formatUsage}] [--check]

Polls every node once, prints the result on standard output, and exits.

Formats
${formatsHelp}
  --check     exit by the worst finding: 0 none or info, 1 warning, 2 critical or down,
              3 the state of a node is unknown and nothing is worse

${settingsHelp}
Examples
  nodetop --once http://127.0.0.1:8545
  nodetop --once --json | jq '.nodes[] | {name: .target.name, health: .health.status}'
`;

type FormatFlags = { readonly [Name in keyof typeof formatFlags]?: boolean | undefined };

/** The headless snapshot. Loads neither React nor Ink. */
export const once: Command = {
	help,
	async run(context) {
		const { flags, input } = await parseFlags(context.argv, { ...settingsFlags, ...formatFlags });
		return printOnce(flags, input, context);
	},
};

/** Reads the settings and prints the snapshot of their nodes, or of those that are named. */
export async function printOnce(
	flags: SettingsFlags & FormatFlags,
	nodeSpecs: readonly string[],
	context: CommandContext,
): Promise<number> {
	const settings = await loadSettings({ flags, nodeSpecs, env: context.env });
	return printSnapshot(settings, flags, context, watchedProfile(settings, flags, nodeSpecs));
}

/** Polls every node once, prints the snapshot in the wanted format, and gives the exit code. */
export async function printSnapshot(
	settings: Settings,
	flags: FormatFlags,
	context: CommandContext,
	profile?: WatchedProfile,
): Promise<number> {
	chooseFormat(flags);
	const surroundings = surroundingsOf(context);
	const subject = await chooseSubject(settings, surroundings);
	const snapshot = await takeDocument(settings, subject, surroundings, profile);
	if (context.signal.aborted) return exitCodes.interrupted;
	return writeSnapshot(snapshot, flags, { settings, context, nowMs: context.clock.now() });
}

/** Prints a snapshot in the wanted format; ages are counted to `nowMs`. Gives the exit code. */
export async function writeSnapshot(
	snapshot: SnapshotDocument,
	flags: FormatFlags,
	given: {
		readonly settings: Pick<Settings, 'ascii'>;
		readonly context: Pick<CommandContext, 'stdout'>;
		readonly nowMs: number;
	},
): Promise<number> {
	const { stdout } = given.context;
	const name = chooseFormat(flags);
	const write = await (name === undefined ? defaultFormat : exportFormats[name]).load();
	const { columns: width } = stdout;
	const { nowMs, settings } = given;
	const options: TextOptions = { color: false, ascii: settings.ascii, nowMs, width };
	stdout.write(write(snapshot, options));
	return flags.check === true ? checkCodeOf(snapshot) : exitCodes.ok;
}

/** The exit code of `--check`. A critical finding of a network is an issue of its nodes too. */
export function checkCodeOf({ nodes }: Pick<SnapshotDocument, 'nodes'>): number {
	return exitCodeOfLevel[worstLevel(nodes.map(({ health }) => levelOf(health)))];
}

function chooseFormat(flags: FormatFlags): FormatName | undefined {
	const chosen = formatNames.filter((format) => flags[format] === true);
	if (chosen.length > 1) {
		throw new UserError(
			`only one format at a time: ${chosen.map((name) => `--${name}`).join(' ')}`,
			{
				nextSteps: ['leave all but one of them out'],
			},
		);
	}
	return chosen[0];
}
