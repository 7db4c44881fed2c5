import { createHttp, parseJson } from '../../adapters/http.ts';
import type { Peer } from '../../config/peers.ts';
import { PollError } from '../../domain/errors.ts';
import { helloSchema, pushAnswerSchema } from './messages.ts';
import type { Hello, Push, PushAnswer } from './messages.ts';

const pairPath = '/api/v1/pair';
const timeoutMs = 2000;

/** Nothing listens where the other watch was, so it does not run; or it does not answer as a watch. */
export type NoAnswer = 'gone' | 'silent';

/** The other watch of a pair. */
export interface PeerClient {
	/** `undefined` when it does not answer as a watch. */
	readonly hello: () => Promise<Hello | undefined>;
	readonly push: (push: Push) => Promise<PushAnswer | NoAnswer>;
	/** Why it did not answer the last time; `undefined` when it did. */
	readonly problem: () => string | undefined;
}

export function createPeerClient({ url, token }: Peer): PeerClient {
	const base = url.reveal();
	const target = { name: 'peer', kind: 'nodetop', url: base, token, intervalMs: 1000, timeoutMs };
	const http = createHttp(target);
	const address = new URL(pairPath, base).href;
	let problem: string | undefined;

	async function ask<Answer>(
		schema: { parse: (value: unknown) => Answer },
		json?: unknown,
	): Promise<Answer | NoAnswer> {
		try {
			const signal = AbortSignal.timeout(timeoutMs);
			const reply = await http.request({
				url: address,
				signal,
				...(json !== undefined && { json }),
			});
			const answer = schema.parse(parseJson(reply));
			problem = undefined;
			return answer;
		} catch (error) {
			problem =
				error instanceof PollError ? error.message : 'it does not answer as a watch of a pair';
			return isRefused(error) ? 'gone' : 'silent';
		}
	}

	return {
		async hello() {
			const hello = await ask(helloSchema);
			return typeof hello === 'string' ? undefined : hello;
		},
		push: (push) => ask(pushAnswerSchema, push),
		problem: () => problem,
	};
}

function isRefused(error: unknown): boolean {
	if (!(error instanceof Error)) return false;
	if ('code' in error && error.code === 'ECONNREFUSED') return true;
	return isRefused(error.cause);
}
