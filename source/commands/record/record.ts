import { existsSync, rmSync } from 'node:fs';
import { chooseSubject } from '../../app/choose-targets.ts';
import { loadSettings } from '../../app/configuration.ts';
import { limitHeap } from '../../app/heap.ts';
import { monitorOptions } from '../../app/monitor-options.ts';
import { recordTo } from '../../app/record-to.ts';
import { settle, withMonitor } from '../../app/take-document.ts';
import { parseSpan } from '../../config/duration.ts';
import { countOf } from '../../config/profiles.ts';
import { exitCodes, messageOf, UserError } from '../../domain/errors.ts';
import { formatBytes } from '../../domain/format.ts';
import { pause, untilAborted } from '../../domain/waiting.ts';
import type { Command, CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { settingsFlags } from '../settings-flags.ts';
import { surroundingsOf } from '../surroundings.ts';
import { warnOn } from '../warn.ts';

const help = `Usage
  nodetop record FILE [--for DURATION] [--mask-addresses] [NODE…]
  nodetop record FILE --finish

Polls the nodes of the profile, or the given nodes, and writes one portable, compressed, read-only file: every
number, whole moments every 10 s and at each change, and events. The file contains no secrets. nodetop replay
FILE shows it, here or on another machine.

  --for D            stop after 30s, 10m, 2h or 1d (default: at Ctrl-C)
  --mask-addresses   replace all host names and IP addresses by other names
  --finish           complete FILE after a run that was killed
  --profile NAME     record the nodes of this profile
  -c, --config FILE  use this configuration file
  -i, --interval D   time between polls of a node: 500ms, 2s, 1m
  --timeout D        longest time to wait for an answer of a node
  --insecure         accept any TLS certificate

Examples
  nodetop record incident.nodetop --for 10m
  nodetop record out.nodetop --mask-addresses validator=http://10.0.0.5:8588
`;

const mostDays = 30;
const farMs = 2 ** 31 - 1;

/** `nodetop record`. */
export const record: Command = {
	help,
	async run(context) {
		const { flags, input } = await parseFlags(context.argv, {
			profile: settingsFlags.profile,
			config: settingsFlags.config,
			interval: settingsFlags.interval,
			timeout: settingsFlags.timeout,
			insecure: settingsFlags.insecure,
			for: { type: 'string' },
			maskAddresses: { type: 'boolean' },
			finish: { type: 'boolean' },
		});
		const [file, ...nodeSpecs] = input;
		if (file === undefined) {
			throw new UserError('record needs the name of a file', {
				nextSteps: ['nodetop record incident.nodetop --for 10m'],
			});
		}
		const forMs = flags.for === undefined ? farMs : parseSpan(flags.for, '--for', mostDays);
		const recording = {
			file,
			version: context.version,
			masksAddresses: flags.maskAddresses === true,
			clock: context.clock,
		};
		requireFree(file, flags.finish === true);
		if (flags.finish === true) return finish(recordTo(recording), file, context);
		context.signals?.handle();
		const settings = await loadSettings({ flags, nodeSpecs, env: context.env });
		const surroundings = surroundingsOf(context);
		const { targets, hint } = await chooseSubject(settings, surroundings);
		limitHeap('loading', targets.length);
		if (hint !== undefined) warnOn(context)(hint);
		const options = {
			...monitorOptions('lasting', settings, targets, surroundings),
			keepsNetworkMemory: true,
		};
		return withMonitor(options, async (monitor) => {
			const running = recordTo(recording);
			warnOn(context)(`recording ${countOf(targets.length, 'node')} to ${file}; Ctrl-C ends it`);
			// The first moment has something to show.
			await untilAborted(settle(monitor), context.signal);
			limitHeap('running');
			running.start(monitor);
			await pause(forMs, context.signal);
			return finish(running, file, context);
		});
	},
};

async function finish(
	running: ReturnType<typeof recordTo>,
	file: string,
	context: CommandContext,
): Promise<number> {
	try {
		const bytes = await running.finish();
		rmSync(running.partial, { force: true });
		warnOn(context)(`${file}: ${formatBytes(bytes)}; look at it with: nodetop replay ${file}`);
		return exitCodes.ok;
	} catch (error) {
		throw new UserError(`${file} cannot be written: ${messageOf(error)}`, {
			nextSteps: [`what was recorded is in ${running.partial}: nodetop record ${file} --finish`],
			exitCode: exitCodes.cannotWrite,
			cause: error,
		});
	}
}

function requireFree(file: string, isFinishing: boolean): void {
	const partial = `${file}.partial`;
	if (isFinishing && !existsSync(partial)) {
		throw new UserError(`there is no ${partial} to finish`);
	}
	if (!isFinishing && existsSync(partial)) {
		throw new UserError(`${partial} is of another recording, which runs or was killed`, {
			nextSteps: [`nodetop record ${file} --finish writes what it holds`, 'or choose another name'],
			exitCode: exitCodes.cannotWrite,
		});
	}
	if (existsSync(file)) {
		throw new UserError(`${file} is there already`, {
			nextSteps: ['choose another name'],
			exitCode: exitCodes.cannotWrite,
		});
	}
}
