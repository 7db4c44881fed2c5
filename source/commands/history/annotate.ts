import { dirname } from 'node:path';
import { loadSettings } from '../../app/configuration.ts';
import { historyFile } from '../../app/run-history.ts';
import { acquireLock } from '../../domain/lock.ts';
import { exitCodes, messageOf, UserError } from '../../domain/errors.ts';
import { annotationEvent, fileAnnotation } from '../../history/annotations.ts';
import { openToWrite } from '../../history/sqlite/open.ts';
import type { CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { settingsFlags } from '../settings-flags.ts';
import { warnOn } from '../warn.ts';
import { timeOf } from './time-flags.ts';

/** `nodetop history annotate`: a note at a time, shown with the incidents around it. */
export async function annotateHistory(context: CommandContext): Promise<number> {
	const { flags, input } = await parseFlags(context.argv, {
		profile: settingsFlags.profile,
		config: settingsFlags.config,
		at: { type: 'string' },
		node: { type: 'string' },
	});
	const text = input.join(' ').trim();
	if (text === '') {
		throw new UserError('annotate needs a text', {
			nextSteps: ['nodetop history annotate "switch replaced" --at 03:12 --node validator'],
		});
	}
	const { env, clock } = context;
	const atMs = timeOf(flags.at ?? 'now', '--at', clock.now());
	const { node } = flags;
	const annotation = { atMs, text: text.slice(0, 2000), ...(node !== undefined && { node }) };
	const { profile } = await loadSettings({ flags, nodeSpecs: [], env });
	const file = historyFile(profile, env);
	const say = warnOn(context);
	try {
		const lock = await acquireLock(dirname(file), { patienceMs: 0 }).catch(() => undefined);
		if (!lock) {
			// The process that records the profile takes it within seconds.
			fileAnnotation(dirname(file), annotation);
			say('noted; the running nodetop adds it within two seconds');
			return exitCodes.ok;
		}
		try {
			const { tables } = await openToWrite(file, clock.now());
			tables.addEvent(annotationEvent(annotation));
			tables.close();
		} finally {
			await lock.release();
		}
	} catch (error) {
		throw new UserError(`the annotation cannot be kept: ${messageOf(error)}`, {
			exitCode: exitCodes.cannotWrite,
			cause: error,
		});
	}
	say('noted');
	return exitCodes.ok;
}
