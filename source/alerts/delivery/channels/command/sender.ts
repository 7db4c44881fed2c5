import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { clean } from '../../../../domain/clean.ts';
import type { CommandSettings } from './settings.ts';
import { severityOf, statusOf } from '../../message.ts';
import type { Message } from '../../message.ts';
import { fitBlocks } from '../../render/fit.ts';
import { renderPayload } from '../../render/payload.ts';
import { blocksOf, titleOf } from '../../render/plain.ts';
import type { Outcome } from '../../retry.ts';
import type { Send } from '../../sender.ts';

const maxOutputBytes = 4096;
const maxTextUnits = 4000;
const killAfterMs = 2000;
/** Variables that a program needs to run; the rest of our environment may hold secrets. */
const passedOn = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'SystemRoot'];
/** Usage, no input, no such file, not executable: another attempt changes nothing (sysexits.h, POSIX sh). */
const finalExitCodes = new Set([64, 65, 66, 78, 126, 127]);

/**
 * Runs a program by its argument list, without a shell: the message as JSON on its standard input,
 * the main values in `NODETOP_ALERT_…`. Exit code 0 is success. At the time limit the program and its
 * child processes are ended.
 */
export const sendCommand: Send<CommandSettings> = (channel, message, { signal, env }) =>
	new Promise((resolve) => {
		const [program = '', ...args] = channel.argv;
		const child = spawn(program, args, {
			shell: false,
			detached: process.platform !== 'win32',
			stdio: ['pipe', 'pipe', 'pipe'],
			env: { ...pick(env), ...valuesOf(message) },
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
		const settle = (outcome: Outcome): void => {
			clearTimeout(killTimer);
			signal.removeEventListener('abort', end);
			resolve(outcome);
		};
		signal.addEventListener('abort', end, { once: true });
		if (signal.aborted) end();
		child.on('error', (error: NodeJS.ErrnoException) => {
			const reason = `${clean(program, 60)} cannot be run: ${error.code ?? 'unknown error'}`;
			const isFinal = error.code === 'ENOENT' || error.code === 'EACCES';
			settle({ kind: isFinal ? 'refused' : 'failed', reason });
		});
		// `exit` and not `close`: a grandchild may hold the pipes open.
		child.on('exit', (code, killedBy) => {
			child.stdout.destroy();
			child.stderr.destroy();
			settle(outcomeOf(clean(program, 60), code, killedBy, output, signal.aborted));
		});
		child.stdin.end(JSON.stringify(renderPayload(message)));
	});

function outcomeOf(
	program: string,
	code: number | null,
	killedBy: string | null,
	output: string,
	isTimeUp: boolean,
): Outcome {
	if (code === 0) return { kind: 'sent' };
	if (isTimeUp) return { kind: 'failed', reason: `${program} took too long` };
	const words = clean(output.replaceAll(/\s+/g, ' '), 120);
	const how = code === null ? `was ended by ${killedBy ?? 'a signal'}` : `ended with ${code}`;
	const reason = `${program} ${how}${words === '' ? '' : `: ${words}`}`;
	return { kind: code !== null && finalExitCodes.has(code) ? 'refused' : 'failed', reason };
}

function pick(env: NodeJS.ProcessEnv): Record<string, string> {
	return Object.fromEntries(
		passedOn.flatMap((name): [string, string][] => {
			const value = env[name];
			return value === undefined ? [] : [[name, value]];
		}),
	);
}

function valuesOf(message: Message): Record<string, string> {
	return {
		NODETOP_ALERT_ID: message.id,
		NODETOP_ALERT_STATUS: statusOf(message),
		NODETOP_ALERT_SEVERITY: severityOf(message),
		NODETOP_ALERT_TEST: message.isTest ? '1' : '0',
		NODETOP_ALERT_COUNT: String(message.entries.length),
		NODETOP_ALERT_TITLE: titleOf(message),
		NODETOP_ALERT_TEXT: fitBlocks(blocksOf(message), maxTextUnits),
	};
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
