import { request as requestHttp } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { request as requestHttps } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { evenShare } from '../domain/jitter.ts';
import { isOurs, ownDelay } from '../domain/own-delay.ts';
import type { DelayMeter } from '../domain/own-delay.ts';
import type { Target } from '../domain/target.ts';
import type { PathProbe, ReplySample } from './case.ts';
import { stretchesOf } from './stretches.ts';
import type { Arrival } from './stretches.ts';

export interface ReplyOptions {
	readonly signal: AbortSignal;
	readonly replies: number;
	readonly replyGapMs: number;
	/** Of this process, unless another is given. */
	readonly delay?: DelayMeter;
}

const maxBodyBytes = 1_000_000;
const testHeaders = { 'user-agent': 'nodetop', 'x-nodetop-test': 'diagnose' };

interface Reply {
	readonly sample: ReplySample;
	/** By the `Date` of an answer that came from no cache. */
	readonly clock: PathProbe['clock'];
}

/** `late`: this process was, so that the time says nothing. */
type Outcome = Reply | 'unanswered' | 'late';

/**
 * Asks again and again, and stops asking a node that does not answer: at once where it never did, else
 * after two questions.
 */
export async function timeReplies(
	url: URL,
	target: Target,
	windowMs: number,
	{ replies, replyGapMs, signal, delay = ownDelay }: ReplyOptions,
): Promise<Pick<PathProbe, 'replies' | 'unanswered' | 'clock'>> {
	const started = performance.now();
	const seen: Reply[] = [];
	let unanswered = 0;
	let inRow = 0;
	for (let n = 0; n < replies && !signal.aborted; n++) {
		const waitMs = started + (n + evenShare(n) / 2) * replyGapMs - performance.now();
		if (waitMs > 0) await pause(waitMs);
		const outcome = await timeReply(url, target, windowMs, delay);
		if (outcome === 'late') continue;
		if (outcome === 'unanswered') {
			unanswered += 1;
			inRow += 1;
			if (inRow > Math.min(1, seen.length)) break;
		} else {
			inRow = 0;
			seen.push(outcome);
		}
	}
	const clocks = seen.flatMap(({ clock }) => clock ?? []);
	const [clock] = clocks.toSorted((a, b) => a.uncertaintyMs - b.uncertaintyMs);
	return {
		replies: seen.map(({ sample }) => sample),
		...(unanswered > 0 && { unanswered }),
		...(clock && { clock }),
	};
}

function timeReply(
	url: URL,
	target: Target,
	windowMs: number,
	delay: DelayMeter,
): Promise<Outcome> {
	return new Promise((done) => {
		const started = performance.now();
		const span = delay.begin();
		const question = ask(url, target);
		let firstByteMs: number | undefined;
		let clock: PathProbe['clock'];
		let isEnded = false;
		const arrivals: Arrival[] = [];
		const end = (isComplete: boolean) => {
			if (isEnded) return;
			isEnded = true;
			clearTimeout(deadline);
			question.destroy();
			const totalMs = performance.now() - started;
			const isLate = isOurs(span.end(), firstByteMs ?? totalMs);
			if (isLate) done('late');
			else if (firstByteMs === undefined) done('unanswered');
			else {
				const last = arrivals.at(-1);
				const stoppedAtMs = last?.atMs ?? firstByteMs;
				const sample = {
					firstByteMs,
					totalMs,
					bytes: last?.bytes ?? 0,
					...(!isComplete && { stoppedAtMs }),
					...stretchesOf(arrivals, windowMs),
				};
				done({ sample, clock });
			}
		};
		const fail = () => {
			end(false);
		};
		const deadline = setTimeout(fail, target.timeoutMs);
		question.once('response', (reply) => {
			firstByteMs = performance.now() - started;
			clock = clockOf(reply.headers, firstByteMs);
			reply.on('data', (chunk: Buffer) => {
				const bytes = (arrivals.at(-1)?.bytes ?? 0) + chunk.length;
				arrivals.push({ atMs: performance.now() - started, bytes });
				if (bytes > maxBodyBytes) end(true);
			});
			reply.once('end', () => {
				end(true);
			});
			reply.once('error', fail);
		});
		question.once('timeout', fail);
		question.once('error', fail);
		question.end();
	});
}

function ask({ protocol, hostname, port, pathname, search }: URL, { timeoutMs }: Target) {
	return (protocol === 'https:' ? requestHttps : requestHttp)({
		protocol,
		hostname: hostname.replaceAll(/[[\]]/g, ''),
		port,
		path: `${pathname}${search}`,
		headers: testHeaders,
		timeout: timeoutMs,
		rejectUnauthorized: false,
		agent: false,
	});
}

/** A `Date` is cut to whole seconds, and was written some time between the question and the answer. */
function clockOf(headers: IncomingHttpHeaders, tookMs: number): PathProbe['clock'] {
	const serverMs = Date.parse(headers.date ?? '');
	if (Number.isNaN(serverMs) || headers.age !== undefined) return undefined;
	const halfMs = tookMs / 2;
	return { offsetMs: serverMs + 500 - (Date.now() - halfMs), uncertaintyMs: 500 + halfMs };
}
