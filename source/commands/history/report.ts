import { loadSettings } from '../../app/configuration.ts';
import { openRecorded } from '../../app/recorded.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import { toHtml, toMarkdown, toText } from '../../history/report/render.ts';
import { makeReport } from '../../history/report/report.ts';
import type { HistoryReport } from '../../history/report/report.ts';
import type { CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { settingsFlags } from '../settings-flags.ts';

const dayMs = 86_400_000;
const spansMs = { day: dayMs, week: 7 * dayMs, month: 30 * dayMs } as const;
const formats = {
	json: (report: HistoryReport) => `${JSON.stringify(report, undefined, 2)}\n`,
	markdown: toMarkdown,
	html: toHtml,
} as const;

/** `nodetop history report`: what happened in a day, a week or a month. */
export async function reportHistory(context: CommandContext): Promise<number> {
	const { flags, input } = await parseFlags(context.argv, {
		profile: settingsFlags.profile,
		config: settingsFlags.config,
		day: { type: 'boolean' },
		week: { type: 'boolean' },
		month: { type: 'boolean' },
		json: { type: 'boolean' },
		markdown: { type: 'boolean' },
		html: { type: 'boolean' },
		file: { type: 'string' },
	});
	if (input.length > 0) throw new UserError('report takes no names: it is about all nodes');
	const spanMs = spansMs[only(flags, ['day', 'week', 'month']) ?? 'day'];
	const format = only(flags, ['json', 'markdown', 'html']);
	const settings = await loadSettings({ flags, nodeSpecs: [], env: context.env });
	const recorded = await openRecorded(flags.file, settings.profile, context.env);
	try {
		const { reader } = recorded;
		const whole = flags.file === undefined ? undefined : reader.frameSpan();
		const untilMs = whole?.untilMs ?? context.clock.now();
		const fromMs = Math.max(untilMs - spanMs, whole?.fromMs ?? 0);
		const report = makeReport(reader, { fromMs, untilMs });
		context.stdout.write((format === undefined ? toText : formats[format])(report));
		return exitCodes.ok;
	} finally {
		await recorded.close();
	}
}

/** The one of these flags that was given. */
function only<Name extends string>(
	flags: Readonly<Partial<Record<Name, boolean | undefined>>>,
	names: readonly Name[],
): Name | undefined {
	const given = names.filter((name) => flags[name] === true);
	if (given.length <= 1) return given[0];
	throw new UserError(`only one at a time: ${given.map((name) => `--${name}`).join(' ')}`);
}
