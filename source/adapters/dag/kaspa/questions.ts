import type * as z from 'zod';
import { PollError } from '../../../domain/errors.ts';
import type { Round } from '../../inquiry.ts';
import type { Answered } from '../../rest-client.ts';
import {
	blueScoreSchema,
	dagInfoSchema,
	infoSchema,
	metricsRequest,
	metricsSchema,
	peersSchema,
	serverInfoSchema,
} from './wire.ts';
import type { KaspaMetrics } from './wire.ts';
import { ConnectionLost } from '../../web-socket.ts';
import type { WrpcCall, WrpcClient } from './wrpc.ts';

export interface KaspaAnswers {
	readonly server: z.infer<typeof serverInfoSchema> | undefined;
	readonly node: z.infer<typeof infoSchema> | undefined;
	readonly blueScore: z.infer<typeof blueScoreSchema> | undefined;
	readonly peers: z.infer<typeof peersSchema> | undefined;
	readonly metrics: (Answered<KaspaMetrics> & { readonly atMs: number }) | undefined;
}

export interface KaspaQuestions {
	/** Throws the `PollError` of `getBlockDagInfo`. */
	ask(
		round: Round,
		now: () => number,
	): Promise<{ main: Answered<z.infer<typeof dagInfoSchema>>; answers: KaspaAnswers }>;
}

/**
 * The questions of a poll, over one connection. A method that this node has not answered yet is asked
 * with nothing else in flight: if the node hangs up instead, that method is to blame, and is left alone
 * like any that is not offered. Those that it has answered are asked together.
 */
export function createKaspaQuestions(client: WrpcClient): KaspaQuestions {
	const proven = new Set<string>();

	/** Counts a hang-up over an unproven method as that method's absence. */
	async function call<T>(question: WrpcCall<T>, signal: AbortSignal): Promise<Answered<T>> {
		const { method } = question;
		try {
			const told = await client.call(question, signal);
			proven.add(method);
			return told;
		} catch (error) {
			if (!(error instanceof ConnectionLost) || proven.has(method)) throw error;
			throw new PollError('unsupported', `the node hangs up when asked ${method}`, {
				nextStep: 'this version of the node does not offer it',
				cause: error,
			});
		}
	}

	async function askMain(round: Round) {
		const question = { method: 'getBlockDagInfo', schema: dagInfoSchema };
		// A hang-up here is a lost node, not a missing method: every release has this one.
		return round.main(question.method, (signal) => client.call(question, signal));
	}

	return {
		async ask(round, now) {
			const main = await askMain(round);
			const whenProvenAreDone = Promise.withResolvers<unknown>();
			const provenNow: Promise<unknown>[] = [];
			let turn: Promise<unknown> = whenProvenAreDone.promise;
			const also = <T>(question: WrpcCall<T>): Promise<T | undefined> => {
				const askIt = () => round.also(question.method, (signal) => call(question, signal));
				const isProven = proven.has(question.method);
				const mine = isProven ? askIt() : turn.then(askIt);
				if (isProven) provenNow.push(mine);
				else turn = mine;
				return mine;
			};
			const all = Promise.all([
				also({ method: 'getServerInfo', schema: serverInfoSchema }),
				also({ method: 'getInfo', schema: infoSchema }),
				also({ method: 'getSinkBlueScore', schema: blueScoreSchema }),
				also({ method: 'getConnectedPeerInfo', schema: peersSchema }),
			]);
			whenProvenAreDone.resolve(Promise.all(provenNow));
			const [server, node, blueScore, peers] = await all;
			// Its time is compared with ours, so it is asked with nothing before it in the queue.
			const metrics = await round.also('getMetrics', async (signal) => {
				const question = { method: 'getMetrics', params: metricsRequest, schema: metricsSchema };
				const told = await call(question, signal);
				const value = { ...told, atMs: now() };
				return { ...told, value };
			});
			return { main, answers: { server, node, blueScore, peers, metrics } };
		},
	};
}
