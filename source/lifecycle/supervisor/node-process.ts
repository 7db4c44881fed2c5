import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { Writable } from 'node:stream';
import type { Clock } from '../../domain/clock.ts';
import { repeat } from '../../domain/repeat.ts';
import { buildCommand } from '../build-command.ts';
import type { Exit } from '../exit.ts';
import { lookAt } from '../identity.ts';
import type { NodeRecord } from '../identity.ts';
import { openForNode } from '../log/capture.ts';
import type { ProcessPlace } from '../paths.ts';
import { markOf } from '../platform.ts';
import { removeSmall, writeSmall } from '../small-file.ts';

/** A node’s process: our child, or one that an earlier supervisor started. */
export interface NodeProcess {
	readonly record: NodeRecord;
	/** Sends a signal to its group, after looking that it is still the same process; false when it is not. */
	readonly signal: (signal: 'SIGTERM' | 'SIGKILL') => Promise<boolean>;
}

export interface LaunchOptions {
	readonly program: string;
	readonly args: readonly string[];
	readonly cwd: string;
	readonly env: NodeJS.ProcessEnv;
	readonly place: ProcessPlace;
	readonly clock: Clock;
	readonly onExit: (exit: Exit) => void;
}

const pollMs = 250;
const execPollMs = 10;
const execPatienceMs = 500;

/** Starts a node behind its gate, writes down which process it is, and opens the gate. */
export async function launchNode(options: LaunchOptions): Promise<NodeProcess> {
	const { place, clock, onExit } = options;
	const child = spawnGate(options);
	const ended = new Promise<Exit>((resolve) => {
		child.once('exit', (code, signal) => {
			resolve(signal === null ? { kind: 'code', code: code ?? 0 } : { kind: 'signal', signal });
		});
	});
	await new Promise<void>((resolve, reject) => {
		child.once('spawn', resolve);
		child.once('error', reject);
	});
	const pid = child.pid ?? 0;
	const mark = await markOf(pid);
	if (!mark) throw new Error('the process ended before it began');
	const closed: NodeRecord = { ...mark, atMs: clock.now(), isOpen: false };
	writeSmall(place.node, closed);
	const gate = child.stdio[3];
	if (!(gate instanceof Writable)) throw new Error('the gate has no input');
	gate.on('error', () => undefined);
	gate.end('open\n');
	const record = await recordOf(closed, mark.executable);
	writeSmall(place.node, record);
	const tell = async (): Promise<void> => {
		const exit = await ended;
		removeSmall(place.node);
		onExit(exit);
	};
	void tell();
	const isLiving = () => child.exitCode === null && child.signalCode === null;
	return { record, signal: (signal) => signalGroup(record, signal, isLiving) };
}

function spawnGate({ program, args, cwd, env, place }: LaunchOptions): ChildProcess {
	const { file, args: words } = buildCommand(program, args);
	const [out, err] = [openForNode(place.stdout), openForNode(place.stderr)];
	try {
		// A session of its own: no terminal that closes, and no signal to its keys, reaches the node.
		return spawn(file, words, { cwd, env, detached: true, stdio: ['ignore', out, err, 'pipe'] });
	} finally {
		closeSync(out);
		closeSync(err);
	}
}

/** The record with the file that the node executes, once the shell has become it. */
async function recordOf(closed: NodeRecord, shell: string | undefined): Promise<NodeRecord> {
	const giveUpAtMs = performance.now() + execPatienceMs;
	for (;;) {
		const mark = await markOf(closed.pid);
		// A node that is a shell script executes the same file as the gate.
		if (mark?.executable !== shell || performance.now() > giveUpAtMs)
			return {
				...closed,
				isOpen: true,
				...(mark?.executable !== undefined && { executable: mark.executable }),
			};
		await sleep(execPollMs);
	}
}

function sleep(ms: number): Promise<void> {
	return new Promise((resolve) => {
		setTimeout(resolve, ms);
	});
}

/** Takes a living node over from a supervisor that is gone. Its parent is gone too, so nobody learns its exit code. */
export async function adoptNode(
	record: NodeRecord,
	{ place, clock, onExit }: Pick<LaunchOptions, 'place' | 'clock' | 'onExit'>,
): Promise<NodeProcess | undefined> {
	const open = record.isOpen ? record : await recordOf(record, record.executable);
	if ((await lookAt(open)).is !== 'same') return undefined;
	writeSmall(place.node, open);
	const watching = repeat(clock, pollMs, async () => {
		if ((await lookAt({ ...open, executable: undefined })).is === 'same') return;
		void watching.stop();
		removeSmall(place.node);
		onExit({ kind: 'unknown' });
	});
	return { record: open, signal: (signal) => signalGroup(open, signal, () => true) };
}

async function signalGroup(
	record: NodeRecord,
	signal: 'SIGTERM' | 'SIGKILL',
	isLiving: () => boolean,
): Promise<boolean> {
	if (!isLiving() || (await lookAt(record)).is !== 'same') return false;
	try {
		// It leads its group: children that it started get the signal too.
		process.kill(-record.pid, signal);
		return true;
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
		throw error;
	}
}
