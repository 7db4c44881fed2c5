import { fileURLToPath } from 'node:url';
import { loadSettings } from '../../app/configuration.ts';
import { momentOf, openProfileHistory, openRecordingFile } from '../../app/recorded.ts';
import type { Recorded } from '../../app/recorded.ts';
import { clean } from '../../domain/clean.ts';
import { UserError } from '../../domain/errors.ts';
import { parseTime } from '../../domain/time-text.ts';
import { toDocument } from '../../fleet/document.ts';
import type { Moment } from '../../sections/moment.ts';
import type { Command, CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { writeSnapshot } from '../once/once.ts';
import { formatFlags, formatsHelp, formatUsage, settingsFlags } from '../settings-flags.ts';
import { warnOn } from '../warn.ts';

const help = `Usage
  nodetop replay FILE [--at TIME] [--once [${formatUsage}]]
  nodetop replay --at TIME [--once [${formatUsage}]]
  nodetop replay --example

Shows a recording, or the history of the profile, on the usual screens. nodetop polls nothing meanwhile.
Keys: [ and ] show the previous and the next recorded moment, { and } move by ten, :at 03:12 goes to a time,
Space plays and pauses, + and - play faster and slower.

  --at TIME          03:12, 2026-01-02 03:12 (UTC), or time ago: -2h, 90m; in a recording, before its end
  --example          show the recording that comes with nodetop: a network is partitioned, and heals
  --once             print the snapshot of that moment, and exit
${formatsHelp}
  --check            exit by the worst finding of that moment
  --profile NAME     show the history of this profile
  -c, --config FILE  use this configuration file

Examples
  nodetop replay --at -2h
  nodetop replay incident.nodetop --at 03:12 --once --json
`;

/** Comes with the package. */
const example = fileURLToPath(new URL('../../examples/partition.nodetop', import.meta.url));

/** `nodetop replay`. */
export const replay: Command = {
	help,
	async run(context) {
		const { flags, input } = await parseFlags(context.argv, {
			...settingsFlags,
			...formatFlags,
			at: { type: 'string' },
			example: { type: 'boolean' },
		});
		const [named, ...more] = input;
		const file = flags.example === true ? example : named;
		if (more.length > 0) throw new UserError('replay shows one recording at a time');
		if (file === undefined && flags.at === undefined) {
			throw new UserError('replay needs a recording, or a time', {
				nextSteps: ['nodetop replay FILE', 'nodetop replay --at -2h'],
			});
		}
		const { env, version } = context;
		const settings = await loadSettings({ flags, nodeSpecs: [], env });
		const recorded =
			file === undefined
				? await openProfileHistory(settings.profile, env)
				: await openRecordingFile(file);
		try {
			if (recorded.warning !== undefined) warnOn(context)(recorded.warning);
			const moment = await firstMoment(recorded, flags.at, context);
			const isPlain = !context.stdout.isTTY || context.env['TERM'] === 'dumb';
			if (flags.once === true || isPlain) {
				const document = toDocument(moment, { version });
				return await writeSnapshot(document, flags, { settings, context, nowMs: moment.atMs });
			}
			const { showRecorded } = await import('./show-recorded.ts');
			return await showRecorded({ context, settings, recorded, moment, file });
		} finally {
			await recorded.close();
		}
	},
};

/** A recording begins with its first moment; a time in it counts from its end. */
async function firstMoment(
	recorded: Recorded,
	at: string | undefined,
	{ clock }: CommandContext,
): Promise<Moment> {
	if (at === undefined) return momentOf(recorded, 0);
	const span = recorded.manifest && (await recorded.ask('span', {}));
	const atMs = parseTime(at, span?.untilMs ?? clock.now());
	if (atMs !== undefined) return momentOf(recorded, atMs);
	throw new UserError(`--at: "${clean(at, 40)}" is no time`, {
		nextSteps: ['write 03:12, 2026-01-02 03:12, or how long ago: -2h'],
	});
}
