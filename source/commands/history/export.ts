import { existsSync } from 'node:fs';
import { loadSettings } from '../../app/configuration.ts';
import { openProfileHistory } from '../../app/recorded.ts';
import { exitCodes, messageOf, UserError } from '../../domain/errors.ts';
import { formatBytes } from '../../domain/format.ts';
import type { CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { settingsFlags } from '../settings-flags.ts';
import { warnOn } from '../warn.ts';
import { spanOf } from './time-flags.ts';

/** `nodetop history export`: a portable recording of a span of time. */
export async function exportHistory(context: CommandContext): Promise<number> {
	const { flags, input } = await parseFlags(context.argv, {
		profile: settingsFlags.profile,
		config: settingsFlags.config,
		since: { type: 'string' },
		until: { type: 'string' },
		maskAddresses: { type: 'boolean' },
	});
	const [file, ...more] = input;
	if (file === undefined || more.length > 0) {
		throw new UserError('export needs the name of one file', {
			nextSteps: ['nodetop history export incident.nodetop --since 2h'],
		});
	}
	const isTaken = existsSync(file);
	const exitCode = exitCodes.cannotWrite;
	if (isTaken) throw new UserError(`${file} is there already`, { exitCode });
	const span = spanOf(flags, '24h', context.clock.now());
	const settings = await loadSettings({ flags, nodeSpecs: [], env: context.env });
	const recorded = await openProfileHistory(settings.profile, context.env);
	const { version } = context;
	const masksAddresses = flags.maskAddresses === true;
	try {
		const bytes = await recorded.ask('export', { ...span, file, version, masksAddresses });
		warnOn(context)(`${file}: ${formatBytes(bytes)}; look at it with: nodetop replay ${file}`);
		return exitCodes.ok;
	} catch (error) {
		throw new UserError(`${file} cannot be written: ${messageOf(error)}`, {
			exitCode,
			cause: error,
		});
	} finally {
		await recorded.close();
	}
}
