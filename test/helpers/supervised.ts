import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { statusOf } from '../../source/lifecycle/client.ts';
import type { Supervision } from '../../source/lifecycle/client.ts';
import type { ProcessStatus } from '../../source/lifecycle/protocol.ts';
import { lastLines } from '../../source/lifecycle/log/query.ts';
import { emptyHome, runNodetop } from './run-nodetop.ts';
import type { RunResult } from './run-nodetop.ts';

interface Change {
	readonly from: string;
	readonly to: string;
	readonly reason?: string;
	readonly exitCode?: number;
	readonly signal?: string;
	readonly lastLines?: readonly string[];
}

/** A home of its own, in which nodes are supervised; `close` leaves no process behind. */
export class SupervisedHome {
	readonly home = emptyHome();
	readonly supervision: Supervision = {
		root: join(this.home, '.local/state/nodetop/process'),
		runtime: join(this.home, 'run'),
		entry: resolve('dist/supervisor.js'),
		env: { PATH: process.env['PATH'] ?? '', HOME: this.home },
	};

	directoryOf(name: string): string {
		return join(this.supervision.root, name);
	}

	run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<RunResult> {
		return runNodetop(args, { home: this.home, env });
	}

	/** Runs a command that must succeed. */
	async do(args: readonly string[]): Promise<RunResult> {
		const result = await this.run(args);
		if (result.exitCode !== 0) throw new Error(`nodetop ${args.join(' ')}\n${result.stderr}`);
		return result;
	}

	/** The state as commands see it, without the time that a process needs to begin. */
	status(name: string): Promise<ProcessStatus> {
		return statusOf(this.supervision, name);
	}

	/** Waits until the status is as wanted. */
	async until(name: string, isWanted: (status: ProcessStatus) => boolean): Promise<ProcessStatus> {
		for (;;) {
			const status = await this.status(name);
			if (isWanted(status)) return status;
			await new Promise((after) => {
				setTimeout(after, 50);
			});
		}
	}

	/** Waits until a line of its log holds the text. */
	async untilLogged(name: string, text: string): Promise<void> {
		const log = join(this.directoryOf(name), 'log');
		for (;;) {
			const lines = await lastLines(log, 50);
			if (lines.some((line) => line.text.includes(text))) return;
			await new Promise((after) => {
				setTimeout(after, 50);
			});
		}
	}

	journal(name: string): readonly Change[] {
		const path = join(this.directoryOf(name), 'journal.jsonl');
		const lines = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
		return lines.map((line) => JSON.parse(line) as Change); // Our own program’s.
	}

	supervisorPid(name: string): number {
		const path = join(this.directoryOf(name), 'state.json');
		return (JSON.parse(readFileSync(path, 'utf8')) as { supervisorPid: number }).supervisorPid; // Our own program’s.
	}

	async close(names: readonly string[]): Promise<void> {
		await Promise.all(names.map((name) => this.run(['stop', name, '--force', '--grace', '1s'])));
	}
}

/** The command line of the crash-prone node. */
export function crashProne(...args: readonly string[]): string[] {
	return [process.execPath, resolve('test/entries/crash-prone.ts'), ...args];
}

/** Ends a process without warning, and waits until it is gone. */
export async function killNow(pid: number): Promise<void> {
	process.kill(pid, 'SIGKILL');
	while (isAlive(pid))
		await new Promise((after) => {
			setTimeout(after, 10);
		});
}

export function isAlive(pid: number): boolean {
	try {
		return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
	} catch {
		return false;
	}
}
