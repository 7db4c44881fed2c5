import { saysDatabaseClosed } from '../../domain/database-closed.ts';
import { PollError } from '../../domain/errors.ts';
import type { Round } from '../inquiry.ts';
import { callBatch, callOnce } from './json-rpc.ts';
import type { Answer, Call, Exchange, Timing } from './json-rpc.ts';
import { mainQuestion, questions } from './questions.ts';
import type { QuestionKey } from './questions.ts';
import { readBlock } from './wire.ts';
import type { WireBlock } from './wire.ts';

export interface Asked {
	readonly answers: ReadonlyMap<QuestionKey, Answer>;
	/** Of the batch; of the main question where it was asked alone. */
	readonly latencyMs: number;
	readonly serverTimeMs: number | undefined;
}

/**
 * Blocks by number, in one batch, or one by one where the server takes none. Those that it does not
 * have are left out, and all where it does not answer: they matter less than the poll. `databaseClosed` is
 * the error of a node that cannot read a block because its database is closed.
 */
export async function askBlocks(
	numbers: readonly number[],
	exchange: Exchange,
): Promise<{ readonly blocks: WireBlock[]; readonly databaseClosed?: string | undefined }> {
	if (numbers.length === 0) return { blocks: [] };
	const calls = numbers.map((number) => ({
		method: 'eth_getBlockByNumber',
		params: [`0x${number.toString(16)}`, false],
	}));
	try {
		const batch = await callBatch(calls, exchange);
		const answers: Answer[] = [];
		if ('answers' in batch) answers.push(...batch.answers.values());
		else for (const call of calls) answers.push((await callOnce(call, exchange)).answer);
		const blocks = answers.flatMap((answer) => {
			const block = answer.status === 'ok' ? readBlock(answer.value) : undefined;
			return block ? [block] : [];
		});
		const [databaseClosed] = answers.flatMap((answer) =>
			answer.status === 'error' && saysDatabaseClosed(answer.message) ? [answer.message] : [],
		);
		return { blocks, databaseClosed };
	} catch (error) {
		if (error instanceof PollError) return { blocks: [] };
		throw error;
	}
}

/** Asks all of `keys`, which hold the main question. Throws the `PollError` of the main question. */
export type Ask = (
	keys: readonly QuestionKey[],
	exchange: Exchange,
	secondary: Round['secondary'],
) => Promise<Asked>;

const maxInFlight = 4;
/** Whose answers grow with the network: 5,000 peers are 4 MiB. */
const longLists: ReadonlySet<QuestionKey> = new Set(['peers']);
const maxLongListBytes = 32 * 1024 * 1024;

/**
 * Asks in one batch and remembers if the server does not take batches; then, and for what a batch
 * left out, asks one by one. Long lists are asked for apart once they made the batch too large.
 */
export function createAsk(): Ask {
	let isBatchRefused = false;
	let areListsApart = false;

	/** One batch; again without the long lists when these make it too large. */
	async function askTogether(keys: readonly QuestionKey[], exchange: Exchange) {
		const asked = areListsApart ? keys.filter((key) => !longLists.has(key)) : keys;
		try {
			return await callBatch(
				asked.map((key) => questions[key]),
				exchange,
			);
		} catch (error) {
			const isTooLarge = error instanceof PollError && error.isOwnLimit && !areListsApart;
			if (!isTooLarge || !keys.some((key) => longLists.has(key))) throw error;
			areListsApart = true;
			return askTogether(keys, exchange);
		}
	}

	return async (keys, exchange, secondary) => {
		const startedMs = performance.now();
		const answers = new Map<QuestionKey, Answer>();
		let timing: Timing | undefined;
		let mayRemember = false;
		if (!isBatchRefused) {
			const batch = await askTogether(keys, exchange);
			if ('answers' in batch) {
				timing = batch;
				copyAnswers(keys, batch.answers, answers);
			}
			mayRemember = 'isLasting' in batch ? batch.isLasting : answers.size === 0;
		}
		if (!answers.has(mainQuestion)) {
			const main = await callOnce(questions[mainQuestion], exchange);
			answers.set(mainQuestion, main.answer);
			timing = main;
			isBatchRefused ||= mayRemember;
		}
		const left = keys.filter((key) => !answers.has(key));
		await askEach(left, answers, exchange, secondary);
		const { latencyMs, serverTimeMs } = timing ?? {};
		return { answers, latencyMs: latencyMs ?? performance.now() - startedMs, serverTimeMs };
	};
}

function copyAnswers(
	keys: readonly QuestionKey[],
	from: ReadonlyMap<Call, Answer>,
	to: Map<QuestionKey, Answer>,
): void {
	for (const key of keys) {
		const answer = from.get(questions[key]);
		if (answer) to.set(key, answer);
	}
}

/**
 * One by one, a few at a time, within less than the poll's time: a secondary question that hangs
 * must not cost the answers that are there.
 */
async function askEach(
	keys: readonly QuestionKey[],
	answers: Map<QuestionKey, Answer>,
	exchange: Exchange,
	{ signal, isOurs }: Round['secondary'],
): Promise<void> {
	const queue = [...keys];
	const work = async () => {
		for (let key = queue.shift(); key !== undefined; key = queue.shift()) {
			try {
				const limit = longLists.has(key) ? { maxBodyBytes: maxLongListBytes } : {};
				const { answer } = await callOnce(questions[key], { ...exchange, signal, ...limit });
				answers.set(key, answer);
			} catch (error) {
				if (!(error instanceof PollError) || exchange.signal.aborted) throw error;
				const { message, isOwnLimit } = error;
				answers.set(key, { status: 'unanswered', message, isOwnLimit, isOurs: isOurs(error) });
			}
		}
	};
	await Promise.all(Array.from({ length: maxInFlight }, work));
}
