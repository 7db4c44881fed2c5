import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

const maxOutputBytes = 4096;
const killAfterMs = 2000;
/** Variables that a program needs to run; the rest of our environment may hold secrets. */
const passedOn = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'SystemRoot'];

export interface ProgramOptions {
	/** The whole of its standard input. */
	readonly input: string;
	/** Ends the program and its child processes. */
	readonly signal: AbortSignal;
	/** Only the variables that any program needs are passed on. */
	readonly env: NodeJS.ProcessEnv;
	/** Further variables for it. */
	readonly values?: Readonly<Record<string, string>>;
}

/** How a program ended: it could not be run, or it ran, and what it printed at first. */
export type ProgramEnd =
	| { readonly errorCode: string }
	| {
			readonly exitCode: number | null;
			readonly killedBy: string | null;
			readonly output: string;
	  };

/** Runs a program by its argument list, without a shell. Never rejects. */
export function runProgram(
	[program = '', ...args]: readonly string[],
	{ input, signal, env, values = {} }: ProgramOptions,
): Promise<ProgramEnd> {
	return new Promise((resolve) => {
		const child = spawn(program, args, {
			shell: false,
			detached: process.platform !== 'win32',
			stdio: ['pipe', 'pipe', 'pipe'],
			env: { ...pick(env), ...values },
		});
		let output = '';
		const listen = (chunk: Buffer): void => {
			if (output.length < maxOutputBytes) output += chunk.toString('utf8').slice(0, maxOutputBytes);
		};
		child.stdout.on('data', listen);
		child.stderr.on('data', listen);
		// A program may ignore its input: only its exit code counts.
		child.stdin.on('error', () => undefined);
		let killTimer: NodeJS.Timeout | undefined;
		const end = (): void => {
			signalGroup(child, 'SIGTERM');
			killTimer = setTimeout(() => {
				signalGroup(child, 'SIGKILL');
			}, killAfterMs);
		};
		const settle = (ended: ProgramEnd): void => {
			clearTimeout(killTimer);
			signal.removeEventListener('abort', end);
			resolve(ended);
		};
		signal.addEventListener('abort', end, { once: true });
		if (signal.aborted) end();
		child.on('error', (error: NodeJS.ErrnoException) => {
			settle({ errorCode: error.code ?? 'unknown error' });
		});
		// `exit` and not `close`: a grandchild may hold the pipes open.
		child.on('exit', (exitCode, killedBy) => {
			child.stdout.destroy();
			child.stderr.destroy();
			settle({ exitCode, killedBy, output });
		});
		child.stdin.end(input);
	});
}

function pick(env: NodeJS.ProcessEnv): Record<string, string> {
	return Object.fromEntries(
		passedOn.flatMap((name): [string, string][] => {
			const value = env[name];
			return value === undefined ? [] : [[name, value]];
		}),
	);
}

/** Signals the program and its child processes: it leads a process group of its own. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
	if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
	try {
		if (process.platform === 'win32') child.kill(signal);
		else process.kill(-child.pid, signal);
	} catch (error) {
		const isGone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
		if (!isGone) throw error;
	}
}
