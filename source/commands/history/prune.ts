import { existsSync } from 'node:fs';
import { loadSettings } from '../../app/configuration.ts';
import { historyFile } from '../../app/run-history.ts';
import { parseSpan } from '../../config/duration.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import { formatBytes } from '../../domain/format.ts';
import { pruneStep } from '../../history/prune.ts';
import { openToWrite } from '../../history/sqlite/open.ts';
import type { CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { settingsFlags } from '../settings-flags.ts';
import { warnOn } from '../warn.ts';
import { lockHistory } from './lock.ts';

const mostDays = 3650;

/** `nodetop history prune`: removes what is too old, and gives its room back. */
export async function pruneHistory(context: CommandContext): Promise<number> {
	const { flags, input } = await parseFlags(context.argv, {
		profile: settingsFlags.profile,
		config: settingsFlags.config,
		keep: { type: 'string' },
		yes: { type: 'boolean' },
	});
	if (input.length > 0) throw new UserError('prune takes no names: it is about all nodes');
	const keepMs = flags.keep === undefined ? undefined : parseSpan(flags.keep, '--keep', mostDays);
	if (flags.yes !== true) {
		throw new UserError('prune removes recorded moments for good', {
			nextSteps: ['add --yes to do it'],
		});
	}
	const { env, clock } = context;
	const { profile, history } = await loadSettings({
		flags: { ...flags, history: true },
		nodeSpecs: [],
		env,
	});
	const file = historyFile(profile, env);
	if (!existsSync(file)) throw new UserError(`the profile ${profile} has no history`);
	if (!history) throw new UserError('the profile keeps no history');
	const lock = await lockHistory(profile, env);
	try {
		const { tables } = await openToWrite(file, clock.now());
		const before = tables.size();
		const limits = { rawMs: keepMs, minutesMs: keepMs, hoursMs: keepMs, momentsMs: keepMs };
		const retention = keepMs === undefined ? history : { ...history, ...defined(limits) };
		while (pruneStep(tables, retention, clock.now())) tables.tidy();
		warnOn(context)(`${formatBytes(before)} before, ${formatBytes(tables.size())} now`);
		tables.close();
		return exitCodes.ok;
	} finally {
		await lock.release();
	}
}

function defined(limits: Readonly<Record<string, number | undefined>>): Record<string, number> {
	return Object.fromEntries(
		Object.entries(limits).filter((entry): entry is [string, number] => entry[1] !== undefined),
	);
}
