import { readFileSync } from 'node:fs';
import { evm } from '../../../source/adapters/evm/adapter.ts';
import type { PollContext, Source } from '../../../source/adapters/adapter.ts';
import { createHttp } from '../../../source/adapters/http.ts';
import { PollError } from '../../../source/domain/errors.ts';
import { readingSchema } from '../../../source/sections/snapshot.ts';
import type { Reading } from '../../../source/sections/snapshot.ts';
import type { Target } from '../../../source/domain/target.ts';
import { sendJson, startServer } from '../../helpers/http-server.ts';
import type { Handler, TestServer } from '../../helpers/http-server.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';

export interface RpcRequest {
	readonly id: number;
	readonly method: string;
	readonly params: readonly unknown[];
}

/** `{ result }` or `{ error }`; a fixture is one. */
export type RpcReply = Readonly<Record<string, unknown>>;

/** By method, or by method and first parameter: `eth_getBlockByNumber safe`. */
export type RpcReplies = Readonly<Record<string, RpcReply | undefined>>;

export const methodMissing: RpcReply = jsonFixture('error.method-not-found.json');

export function fixture(name: string): string {
	return readFileSync(new URL(`../../fixtures/geth/${name}`, import.meta.url), 'utf8');
}

export function jsonFixture(name: string): RpcReply {
	return JSON.parse(fixture(name)) as RpcReply; // Each of these files is one reply.
}

/** A block as `eth_getBlockByNumber` gives it, as far as it is read. */
export function blockReply(number: number | bigint, atMs: number, hash = `0xb${number}`): RpcReply {
	const timestamp = Math.floor(atMs / 1000);
	return {
		result: {
			number: `0x${number.toString(16)}`,
			hash,
			timestamp: `0x${timestamp.toString(16)}`,
		},
	};
}

export function answerTo(request: RpcRequest, replies: RpcReplies): RpcReply {
	const named = replies[`${request.method} ${String(request.params[0])}`];
	return { ...(named ?? replies[request.method] ?? methodMissing), id: request.id };
}

/** Answers batches and single calls from what `replies` holds at the moment. */
export function replaying(replies: () => RpcReplies): Handler {
	return ({ body }, response) => {
		const asked = requestsIn(body);
		const answers = asked.map((request) => answerTo(request, replies()));
		sendJson(response, body.startsWith('[') ? answers : answers[0]);
	};
}

export function requestsIn(body: string): readonly RpcRequest[] {
	const parsed = JSON.parse(body) as RpcRequest | RpcRequest[]; // Sent by the code under test.
	return Array.isArray(parsed) ? parsed : [parsed];
}

/** What one HTTP request asked, as `method` or `method parameter`. */
export function askedIn(body: string): string[] {
	return requestsIn(body).map(({ method, params }) => [method, ...params.slice(0, 1)].join(' '));
}

export interface Watched {
	readonly takeCacheSign: () => string | undefined;
	readonly server: TestServer;
	readonly source: Source;
	poll(overrides?: Partial<PollContext>): Promise<Reading>;
	failure(overrides?: Partial<PollContext>): Promise<PollError>;
}

/** A server and a source that polls it; each reading fits the document's schema. */
export async function watch(handler: Handler, overrides: Partial<Target> = {}): Promise<Watched> {
	const server = await startServer(handler);
	const target = targetFor(server.url, overrides);
	const source = evm.open(target);
	const http = createHttp(target);
	const poll = async (context: Partial<PollContext> = {}) =>
		readingSchema.parse(await source.poll(contextFor(target, { http, ...context })));
	return {
		server,
		source,
		takeCacheSign: () => http.takeCacheSign?.(),
		poll,
		async failure(context) {
			try {
				await poll(context);
			} catch (error) {
				if (error instanceof PollError) return error;
				throw error;
			}
			throw new Error('the poll succeeded');
		},
	};
}

export function endpointOf(reading: Reading, name: string) {
	return reading.endpoints?.find((endpoint) => endpoint.name === name);
}
