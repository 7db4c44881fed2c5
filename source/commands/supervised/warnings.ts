import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isGeth } from '../../lifecycle/flags/endpoint.ts';
import { commandPorts, flagWarnings } from '../../lifecycle/flags/flag-warnings.ts';
import { livingRecord, otherDirectories } from '../../lifecycle/inspect.ts';
import { findProgram, versionOf } from '../../lifecycle/program.ts';
import type { CommandContext } from '../command.ts';
import type { NodeOrder } from './node-order.ts';

/** Says what may go wrong with a command, on standard error. Nothing of it forbids anything. */
export async function warnOfFlags(
	{ spec, supervision, place, before }: NodeOrder,
	{ env, stderr }: CommandContext,
): Promise<void> {
	const [program = ''] = spec.command;
	const [version, listening, usedDirectories] = await Promise.all([
		isGeth(program) ? versionOf(findProgram(program, spec.cwd, env['PATH'])) : undefined,
		listeningPorts(),
		otherDirectories(supervision.root, spec.name),
	]);
	const { rpcUrl } = spec.health;
	// On a restart the node itself has its ports.
	const own = new Set(before && (await livingRecord(place)) ? commandPorts(before.command) : []);
	const usedPorts = new Set([...listening].filter((port) => !own.has(port)));
	const facts = { version, cwd: spec.cwd, home: homedir(), usedPorts, usedDirectories, rpcUrl };
	for (const warning of flagWarnings(spec.command, facts)) stderr.write(`nodetop: ${warning}\n`);
}

/** TCP ports that something on this machine listens at (proc_net(5)); none where the system does not say. */
async function listeningPorts(): Promise<ReadonlySet<number>> {
	const tables = await Promise.all(
		['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
	);
	const rows = tables.flatMap((table) => table.split('\n').slice(1));
	// Field 1 is the local address, field 3 the state; 0A is LISTEN.
	return new Set(
		rows
			.map((row) => row.trim().split(/\s+/))
			.filter((fields) => fields[3] === '0A')
			.map((fields) => Number.parseInt(fields[1]?.split(':')[1] ?? '', 16)),
	);
}
