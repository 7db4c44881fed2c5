import { spawn } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import * as z from 'zod';
import { exitCodes, UserError } from '../domain/errors.ts';
import { livingRecord, statusFromFiles } from './inspect.ts';
import { createLines } from './lines.ts';
import { placeOf } from './paths.ts';
import type { ProcessPlace } from './paths.ts';
import { replySchema } from './protocol.ts';
import type { ProcessStatus, Reply, Request } from './protocol.ts';
import { hasSupervisor, reach } from './reach.ts';
import { inWords } from './small-file.ts';
import type { Spec } from './spec.ts';

/** Where supervisors are found and what starts one. */
export interface Supervision {
	readonly root: string;
	readonly runtime: string;
	/** The entry that is run for a new supervisor. */
	readonly entry: string;
	readonly env: NodeJS.ProcessEnv;
}

/** Sends one request to the supervisor of a node; gives its last reply. Undefined when no supervisor listens. */
export async function ask(
	place: ProcessPlace,
	request: Request,
	onProgress: (text: string) => void = () => undefined,
): Promise<Reply | undefined> {
	const socket = await reach(place);
	if (!socket) return undefined;
	return new Promise((resolve) => {
		let last: Reply | undefined;
		const end = (): void => {
			socket.destroy();
			resolve(
				last ?? {
					is: 'failed',
					message: 'its supervisor ended meanwhile',
					nextSteps: ['nodetop status --process'],
				},
			);
		};
		const take = createLines((line) => {
			const reply = parse(line);
			if (reply?.is === 'progress') onProgress(reply.text);
			else if (reply) {
				last = reply;
				end();
			}
		});
		socket.on('data', (chunk) => {
			if (!take(chunk)) end();
		});
		socket.on('close', end);
		socket.on('error', end);
		socket.write(`${JSON.stringify(request)}\n`);
	});
}

function parse(line: string): Reply | undefined {
	try {
		return replySchema.safeParse(JSON.parse(line)).data;
	} catch {
		return undefined;
	}
}

/** The state of a node. A node that runs without a supervisor is taken over first. */
export async function statusOf(supervision: Supervision, name: string): Promise<ProcessStatus> {
	const place = placeOf(supervision.root, name, supervision.runtime);
	const reply = (await ask(place, { ask: 'status' })) ?? (await askNew(supervision, place, name));
	return reply?.is === 'status' ? reply.status : statusFromFiles(place, name);
}

async function askNew(
	supervision: Supervision,
	place: ProcessPlace,
	name: string,
): Promise<Reply | undefined> {
	if (!(await takeOver(supervision, name))) return undefined;
	return ask(place, { ask: 'status' });
}

/** Starts a supervisor for a node that runs without one; whether the node has one now. */
export async function takeOver(supervision: Supervision, name: string): Promise<boolean> {
	const place = placeOf(supervision.root, name, supervision.runtime);
	if (await hasSupervisor(place)) return true;
	if (!(await livingRecord(place))) return false;
	await startSupervisor(supervision, name).catch((error: unknown) => {
		// Another command was first.
		if (!(error instanceof UserError && error.exitCode === exitCodes.unavailable)) throw error;
	});
	return true;
}

function openLog(place: ProcessPlace): number {
	const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
	try {
		mkdirSync(place.directory, { recursive: true, mode: 0o700 });
		return openSync(place.supervisorLog, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
	} catch (error) {
		throw inWords(error, place.supervisorLog);
	}
}

const beginSchema = z.union([
	z.object({ is: z.literal('begun') }),
	z.object({
		is: z.literal('failed'),
		message: z.string(),
		nextSteps: z.array(z.string()),
		exitCode: z.int(),
	}),
]);

/** Starts a supervisor that outlives this process and its terminal; resolves when it has begun. */
export async function startSupervisor(
	supervision: Supervision,
	name: string,
	spec?: Spec,
): Promise<void> {
	const { root, runtime, entry, env } = supervision;
	const place = placeOf(root, name, runtime);
	const log = openLog(place);
	const child = spawn(process.execPath, [...leanFlags, entry], {
		detached: true,
		env,
		// A supervisor must not keep a directory from being unmounted.
		cwd: '/',
		stdio: ['pipe', 'pipe', log],
	});
	closeSync(log);
	child.unref();
	child.on('error', () => undefined);
	const { stdin, stdout } = child;
	if (!(stdin instanceof Writable) || !(stdout instanceof Readable))
		throw new Error('the supervisor has no input');
	stdin.on('error', () => undefined);
	stdin.end(JSON.stringify({ root, runtime, name, ...(spec && { spec }) }));
	let said = '';
	for await (const chunk of stdout) said += String(chunk);
	const begin = beginSchema.safeParse(said === '' ? undefined : JSON.parse(said)).data;
	if (begin?.is === 'begun') return;
	throw new UserError(begin?.message ?? 'the supervisor ended before it began', {
		nextSteps: begin?.nextSteps ?? [`read ${place.supervisorLog}`],
		...(begin && { exitCode: begin.exitCode }),
	});
}

/** A small heap: it holds no more than some lines. */
const leanFlags = ['--max-semi-space-size=1', '--max-old-space-size=64'];
