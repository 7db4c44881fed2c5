import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { Writable } from 'node:stream';
import type { Clock } from '../../domain/clock.ts';
import { UserError } from '../../domain/errors.ts';
import { repeat } from '../../domain/repeat.ts';
import { buildCommand, gate as gateScript } from '../build-command.ts';
import type { Exit } from '../exit.ts';
import { livingPart, lookAt } from '../identity.ts';
import type { NodeRecord } from '../identity.ts';
import { openForNode } from '../log/capture.ts';
import type { ProcessPlace } from '../paths.ts';
import { commandLineOf, markOf } from '../platform.ts';
import { removeSmall, writeSmall } from '../small-file.ts';

/** Called when a node’s process ends. */
interface ProcessEvents {
	/** Nothing of it runs any more. */
	readonly onExit: (exit: Exit) => void;
	/** Its first process has ended, and others of its group go on. */
	readonly onLeft: (record: NodeRecord, exit: Exit) => void;
}

export interface AdoptOptions extends ProcessEvents {
	readonly place: ProcessPlace;
	readonly clock: Clock;
}

export interface LaunchOptions extends AdoptOptions {
	readonly program: string;
	readonly args: readonly string[];
	readonly cwd: string;
	readonly env: NodeJS.ProcessEnv;
}

const pollMs = 250;
const execPollMs = 10;
const execPatienceMs = 500;

/** A node’s process: our child, or one that an earlier supervisor started; then what it leaves in its group. */
export class NodeProcess {
	readonly #options: AdoptOptions;
	#record: NodeRecord;
	#isSignalled = false;

	constructor(record: NodeRecord, options: AdoptOptions) {
		this.#record = record;
		this.#options = options;
	}

	get record(): NodeRecord {
		return this.#record;
	}

	/** Sends a signal to its group, after looking that it is still the same process; false when it is not. */
	async signal(signal: 'SIGTERM' | 'SIGKILL'): Promise<boolean> {
		const part = await livingPart(this.#record);
		if (!part) return false;
		this.#isSignalled = true;
		try {
			// Children that it started get the signal too.
			process.kill(-(part.group ?? part.pid), signal);
			return true;
		} catch (error) {
			if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
			throw error;
		}
	}

	/** Watches a process that is not our child. */
	watch(): void {
		const watching = repeat(this.#options.clock, pollMs, async () => {
			if ((await lookAt(this.#record)).is === 'same') return;
			void watching.stop();
			await this.end({ kind: 'unknown' });
		});
	}

	/**
	 * After the end of its first process. What that left in its group must end too before the node is started again: a
	 * shell script ends at a signal at once, its node saves for minutes. A process that ended with code 0 went into the
	 * background, and what it left is the node.
	 */
	async end(exit: Exit): Promise<void> {
		const { place, onExit, onLeft } = this.#options;
		const left = await livingPart(this.#record);
		if (!left) {
			removeSmall(place.node);
			onExit(exit);
			return;
		}
		this.#record = left;
		writeOpen(place, left);
		onLeft(left, exit);
		const wentOn = exit.kind === 'code' && exit.code === 0 && !this.#isSignalled;
		if (!wentOn && !this.#isSignalled) await this.signal('SIGTERM');
		const watching = repeat(this.#options.clock, pollMs, async () => {
			if (await livingPart(this.#record)) return;
			void watching.stop();
			removeSmall(place.node);
			onExit(wentOn ? { kind: 'unknown' } : exit);
		});
	}
}

/** Starts a node behind its gate, writes down which process it is, and opens the gate. */
export async function launchNode(options: LaunchOptions): Promise<NodeProcess> {
	const { place, clock } = options;
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
	const mark = await markOf(child.pid ?? 0);
	if (!mark) throw new Error('the process ended before it began');
	const closed: NodeRecord = { ...mark, atMs: clock.now(), isOpen: false };
	const gate = child.stdio[3];
	if (!(gate instanceof Writable)) throw new Error('the gate has no input');
	gate.on('error', () => undefined);
	try {
		writeSmall(place.node, closed);
	} catch (error) {
		// What nobody could find again must not run: the gate reads the end of its input, and ends.
		gate.end();
		throw error;
	}
	gate.end('open\n');
	const record = await recordOf(closed);
	writeOpen(place, record);
	const node = new NodeProcess(record, options);
	void ended.then((exit) => node.end(exit));
	return node;
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

/** Without it the record of the closed gate stands: the node is known by its pid and times alone. */
function writeOpen(place: ProcessPlace, record: NodeRecord): void {
	try {
		writeSmall(place.node, record);
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
	}
}

/** The record with the file that the node executes, once the gate has become it. */
async function recordOf(closed: NodeRecord): Promise<NodeRecord> {
	const giveUpAtMs = performance.now() + execPatienceMs;
	while ((await commandLineOf(closed.pid))?.includes(gateScript) === true) {
		if (performance.now() > giveUpAtMs) break;
		await new Promise((resolve) => {
			setTimeout(resolve, execPollMs);
		});
	}
	const mark = await markOf(closed.pid);
	return {
		...closed,
		isOpen: true,
		...(mark?.executable !== undefined && { executable: mark.executable }),
	};
}

/** Takes a living node over from a supervisor that is gone. Its parent is gone too, so nobody learns its exit code. */
export async function adoptNode(
	record: NodeRecord,
	options: AdoptOptions,
): Promise<NodeProcess | undefined> {
	const open = record.isOpen ? record : await recordOf(record);
	const living = await livingPart(open);
	if (!living) return undefined;
	writeOpen(options.place, living);
	const node = new NodeProcess(living, options);
	node.watch();
	return node;
}
