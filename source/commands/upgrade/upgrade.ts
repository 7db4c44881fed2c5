import { resolve } from 'node:path';
import { supervisionOf } from '../../app/supervision.ts';
import { parseSpan } from '../../config/duration.ts';
import { clean } from '../../domain/clean.ts';
import { exitCodes, UserError } from '../../domain/errors.ts';
import { parseTime } from '../../domain/time-text.ts';
import { ask, takeOver } from '../../lifecycle/client.ts';
import { placeOf } from '../../lifecycle/paths.ts';
import type { UpgradeOrder } from '../../lifecycle/protocol.ts';
import type { Command } from '../command.ts';
import { parseFlags } from '../flags.ts';
import type { ParsedFlags } from '../flags.ts';
import { chooseNode, onlyName } from '../supervised/node-names.ts';

const help = `Usage
  nodetop upgrade [NAME] --binary FILE [OPTIONS] [-- BACKUP-COMMAND…]

Exchanges the program of a running node: copies the new binary, compares its checksum and version, names flags that it
no longer knows, stops the node, swaps, and starts it. If the node does not become healthy, the old binary runs again.

  --binary FILE     the new program
  --sha256 HEX      refuse it unless this is its checksum
  --version-is V    refuse it unless it says that this is its version
  --at-height N     wait until the node has this block
  --at-time TIME    wait until then: an ISO time
  --gate D          how long it has to become healthy (default 2m)

The command behind -- runs before the node is stopped, for a backup. If it fails, nothing is changed.

Example
  nodetop upgrade validator --binary ./geth-1.17.4 --sha256 9f86… --at-height 21000000 -- ./snapshot.sh
`;

const flagSpecs = {
	binary: { type: 'string' },
	sha256: { type: 'string' },
	versionIs: { type: 'string' },
	atHeight: { type: 'string' },
	atTime: { type: 'string' },
	gate: { type: 'string' },
} as const;

/** `nodetop upgrade`. */
export const upgrade: Command = {
	help,
	async run(context) {
		const separator = context.argv.indexOf('--');
		const own = separator < 0 ? context.argv : context.argv.slice(0, separator);
		const backup = separator < 0 ? [] : context.argv.slice(separator + 1);
		const { flags, input } = await parseFlags(own, flagSpecs);
		const supervision = supervisionOf(context);
		const name = chooseNode(supervision.root, onlyName(input));
		const order = orderOf(flags, backup, context.clock.now());
		const place = placeOf(supervision.root, name, supervision.runtime);
		const tell = (text: string) => void context.stderr.write(`${name}: ${text}\n`);
		let reply = await ask(place, { ask: 'upgrade', order }, tell);
		if (!reply && (await takeOver(supervision, name)))
			reply = await ask(place, { ask: 'upgrade', order }, tell);
		if (!reply)
			throw new UserError(`${name} does not run`, {
				nextSteps: [`nodetop start ${name}`],
				exitCode: exitCodes.unavailable,
			});
		if (reply.is === 'failed')
			throw new UserError(`${name}: ${reply.message}`, {
				nextSteps: reply.nextSteps,
				exitCode: exitCodes.unavailable,
			});
		if (reply.is === 'done') tell(reply.text);
		return exitCodes.ok;
	},
};

const defaultGateMs = 120_000;

function orderOf(
	flags: ParsedFlags<typeof flagSpecs>['flags'],
	backup: readonly string[],
	nowMs: number,
): UpgradeOrder {
	const { binary, sha256, versionIs, atHeight, atTime, gate } = flags;
	if (binary === undefined)
		throw new UserError('upgrade needs the new program', {
			nextSteps: ['nodetop upgrade --binary FILE'],
		});
	if (sha256 !== undefined && !/^[\da-fA-F]{64}$/.test(sha256))
		throw new UserError('--sha256 has 64 hexadecimal digits');
	if (atHeight !== undefined && !/^\d{1,15}$/.test(atHeight))
		throw new UserError(`--at-height: "${clean(atHeight, 40)}" is no block number`);
	const atMs = atTime === undefined ? undefined : parseTime(atTime, nowMs);
	if (atTime !== undefined && atMs === undefined)
		throw new UserError(`--at-time: "${clean(atTime, 40)}" is no time`);
	return {
		binary: resolve(binary),
		gateMs: gate === undefined ? defaultGateMs : parseSpan(gate, '--gate', 1),
		...(sha256 !== undefined && { sha256 }),
		...(versionIs !== undefined && { version: versionIs }),
		...(atHeight !== undefined && { atHeight: Number(atHeight) }),
		...(atMs !== undefined && { atMs }),
		...(backup.length > 0 && { backup: [...backup] }),
	};
}
