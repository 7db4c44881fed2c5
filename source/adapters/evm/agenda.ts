import { saysDatabaseClosed } from '../../domain/database-closed.ts';
import type { Endpoint } from '../../sections/poll/schema.ts';
import { isLimit, isMethodMissing } from './json-rpc.ts';
import type { Answer } from './json-rpc.ts';
import { explainMissing, mainQuestion, questionKeys, questions } from './questions.ts';
import type { Question, QuestionKey } from './questions.ts';
import { readBlock } from './wire.ts';

/** The answers known after a poll: fresh ones, and the earlier ones to what is asked rarely. */
export type Answers = Partial<Record<QuestionKey, unknown>>;

/** What to ask in a poll, and what came of it. */
export interface Agenda {
	/** Starts a poll: the questions whose turn it is. */
	due(nowMs: number): readonly QuestionKey[];
	/** Takes a poll's answers in; gives what is known after it. */
	settle(answers: ReadonlyMap<QuestionKey, Answer>, nowMs: number): Answers;
	/** One entry for every question asked so far, in the order of the questions. */
	endpoints(client: string | undefined, latencyMs: number): Endpoint[];
	/** Forgets what may have changed: the node failed, restarted or was replaced. */
	askAllAgain(): void;
}

const rarelyPolls = 60;
const retryPolls = 5;
const recheckMissingMs = 10 * 60_000;
const recheckLimitedMs = 60_000;

/**
 * Asks slow-changing questions at the first poll, each 60 polls and after a failure, and leaves out
 * for ten minutes what the node does not offer, so that its log does not fill with our questions.
 */
export function createAgenda(): Agenda {
	const missingUntilMs = new Map<QuestionKey, number>();
	const lastAnswers = new Map<QuestionKey, Answer>();
	const rareAnswers = new Map<QuestionKey, { readonly value: unknown }>();
	const dueInPoll = new Map<QuestionKey, number>();
	let polls = 0;

	function take(key: QuestionKey, answer: Answer, nowMs: number): void {
		const question = questions[key];
		lastAnswers.set(key, answer);
		if (answer.status === 'error' && isLimit(answer)) {
			missingUntilMs.set(key, nowMs + (answer.retryAfterMs ?? recheckLimitedMs));
			return;
		}
		if (isLasting(question, answer)) {
			missingUntilMs.set(key, nowMs + recheckMissingMs);
			return;
		}
		if (question.pace === 'always' || isUnmeasured(answer)) return;
		// A rare answer that fails once does not take back what the node said before.
		dueInPoll.set(key, polls + (answer.status === 'ok' ? rarelyPolls : retryPolls));
		if (answer.status === 'ok') rareAnswers.set(key, answer);
	}

	return {
		due(nowMs) {
			polls += 1;
			return questionKeys.filter(
				(key) => nowMs >= (missingUntilMs.get(key) ?? 0) && polls >= (dueInPoll.get(key) ?? 0),
			);
		},
		settle(answers, nowMs) {
			const known: Answers = {};
			for (const key of questionKeys) {
				const answer = answers.get(key);
				if (answer) take(key, answer, nowMs);
				const fresh = answer?.status === 'ok' ? answer : rareAnswers.get(key);
				if (fresh) known[key] = fresh.value;
			}
			return known;
		},
		endpoints(client, latencyMs) {
			return questionKeys.flatMap((key) => {
				const answer = lastAnswers.get(key);
				if (!answer) return [];
				const endpoint = toEndpoint(questions[key], answer, client);
				return [key === mainQuestion ? { ...endpoint, latencyMs } : endpoint];
			});
		},
		askAllAgain() {
			missingUntilMs.clear();
			dueInPoll.clear();
			rareAnswers.clear();
		},
	};
}

/** Whether asking again soon is pointless. -32602: go-wemix and old geth cannot read the tag. */
function isLasting(question: Question, answer: Answer): boolean {
	if (answer.status !== 'error' || question === questions[mainQuestion]) return false;
	return question.isBlockTag === true
		? answer.code === -32601 || answer.code === -32602
		: isMethodMissing(answer);
}

/** Then it is asked again at the next poll. */
function isUnmeasured(answer: Answer): boolean {
	return answer.status === 'unanswered' && answer.isOurs === true;
}

function toEndpoint(question: Question, answer: Answer, client: string | undefined): Endpoint {
	const { name } = question;
	if (answer.status === 'unanswered') {
		const { isOurs, isOwnLimit } = answer;
		const status = isOurs === true ? 'unmeasured' : isOwnLimit === true ? 'unavailable' : 'failed';
		return { name, status, message: answer.message };
	}
	if (answer.status === 'ok') {
		// Without a head there is little to show, so nothing may look as if all were well.
		if (question === questions[mainQuestion] && !readBlock(answer.value)) {
			const isNone = answer.value === null;
			const message = isNone ? 'the node knows no block' : 'the answer is no block with a number';
			return { name, status: 'failed', message };
		}
		return question.isBlockTag === true && answer.value === null
			? { name, status: 'unavailable', message: 'the node has no such block' }
			: { name, status: 'ok' };
	}
	if (isLimit(answer)) {
		return { name, status: 'unavailable', message: `the node limits requests: ${answer.message}` };
	}
	if (saysDatabaseClosed(answer.message))
		return { name, status: 'failed', message: answer.message };
	// A node before finality, or one that does not keep its genesis, is not at fault.
	if (question.isBlockTag === true) return { name, status: 'unavailable', message: answer.message };
	return isMethodMissing(answer) && question !== questions[mainQuestion]
		? { name, status: 'unavailable', message: explainMissing(question, client) }
		: { name, status: 'failed', message: answer.message };
}
