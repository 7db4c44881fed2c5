import type { Clock } from '../../domain/clock.ts';
import type { Push, PushAnswer } from './messages.ts';
import { readMirrored } from './mirror-files.ts';
import type { MirroredFiles } from './mirror-files.ts';
import type { NoAnswer, PeerClient } from './peer-client.ts';

export interface MirrorOptions {
	readonly client: Pick<PeerClient, 'push' | 'problem'>;
	readonly directory: string;
	readonly clock: Clock;
	/** Who sends, and in which term; `undefined` once this watch is not the active one. */
	readonly sender: () => Pick<Push, 'instance' | 'term'> | undefined;
	readonly onAnswer: (answer: PushAnswer) => void;
	readonly warn: (line: string) => void;
}

/** Sends the files of the active watch to the standby. */
export interface Mirror {
	/**
	 * Resolves when the standby has what is on disk now, or there is none that is waited for. One that does
	 * not answer is waited for ten seconds: it may be slow, and would go on from older files. One that has
	 * ended is not waited for.
	 */
	readonly sync: () => Promise<void>;
	/** Whether there is a standby that is waited for. */
	readonly isAwaited: () => boolean;
	/** Sends once, also to a standby that is not waited for. */
	readonly beat: () => Promise<void>;
}

const patienceMs = 10_000;
const retryMs = 100;

export function createMirror(options: MirrorOptions): Mirror {
	const { client, directory, clock, sender, onAnswer, warn } = options;
	let sent: MirroredFiles | undefined;
	let awaited = false;
	let answeredAtMs = Number.NEGATIVE_INFINITY;
	const isAwaited = () => awaited;

	/** Whether it was answered, or need not be sent any more. */
	async function send(): Promise<boolean> {
		const files = await readMirrored(directory);
		const from = sender();
		if (!from) {
			awaited = false;
			return true;
		}
		const isSame =
			sent !== undefined && sent.state === files.state && sent.journal === files.journal;
		const answer = await client.push({
			...from,
			isAwaited: awaited,
			...(!isSame && { files }),
		});
		if (typeof answer === 'string') {
			miss(answer);
			return false;
		}
		const { accepted, wantsFiles } = answer;
		sent = accepted && !wantsFiles ? files : undefined;
		awaited = accepted;
		answeredAtMs = clock.steadyNow();
		onAnswer(answer);
		return accepted && wantsFiles && isSame ? send() : true;
	}

	function miss(why: NoAnswer): void {
		sent = undefined;
		if (!awaited) return;
		if (why === 'silent' && clock.steadyNow() - answeredAtMs < patienceMs) return;
		awaited = false;
		warn(`pair: without a standby: ${client.problem()}`);
	}

	const sendNext = oneAfterTheOther(send);
	return {
		isAwaited,
		async sync() {
			while (isAwaited() && !(await sendNext()) && isAwaited()) {
				await new Promise<void>((resolve) => clock.setTimeout(resolve, retryMs));
			}
		},
		async beat() {
			await sendNext();
		},
	};
}

/**
 * Begins `work` only now: what is under way may have read the files before. Callers that come while one is under
 * way share the next one.
 */
function oneAfterTheOther(work: () => Promise<boolean>): () => Promise<boolean> {
	let running: Promise<boolean> | undefined;
	let next: Promise<boolean> | undefined;
	function run(): Promise<boolean> {
		running = work().finally(() => {
			running = undefined;
		});
		return running;
	}
	return () => {
		if (!running) return run();
		next ??= running
			.catch(() => undefined)
			.then(() => {
				next = undefined;
				return run();
			});
		return next;
	};
}
