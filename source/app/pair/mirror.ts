import type { PushAnswer } from './messages.ts';
import { readMirrored } from './mirror-files.ts';
import type { MirroredFiles } from './mirror-files.ts';
import type { PeerClient } from './peer-client.ts';

export interface MirrorOptions {
	readonly client: Pick<PeerClient, 'push'>;
	readonly directory: string;
	readonly instance: string;
	readonly onAnswer: (answer: PushAnswer) => void;
}

/** Sends the files of the active watch to the standby. */
export interface Mirror {
	/**
	 * Resolves when the standby has what is on disk now, or does not answer: an alert must not wait for a
	 * machine that is away.
	 */
	readonly sync: () => Promise<void>;
	/** The same, also to a standby that did not answer the last time. */
	readonly beat: () => Promise<void>;
}

export function createMirror(options: MirrorOptions): Mirror {
	const { client, directory, instance, onAnswer } = options;
	let sent: MirroredFiles | undefined;
	let isAway = true;
	let running: Promise<void> | undefined;
	let next: Promise<void> | undefined;

	async function send(): Promise<void> {
		const files = await readMirrored(directory);
		const isSame =
			sent !== undefined && sent.state === files.state && sent.journal === files.journal;
		const answer = await client.push({ instance, ...(!isSame && { files }) });
		isAway = answer === undefined;
		sent = answer?.accepted === true && !answer.wantsFiles ? files : undefined;
		if (answer) onAnswer(answer);
		if (answer?.accepted === true && answer.wantsFiles && isSame) await send();
	}

	async function run(): Promise<void> {
		running = send();
		await running.finally(() => {
			running = undefined;
		});
	}

	/** One that begins only now: what is under way may have read the files before. */
	function sendNext(): Promise<void> {
		if (!running) return run();
		next ??= running
			.catch(() => undefined)
			.then(() => {
				next = undefined;
				return run();
			});
		return next;
	}

	return {
		sync: async () => {
			if (!isAway) await sendNext();
		},
		beat: sendNext,
	};
}
