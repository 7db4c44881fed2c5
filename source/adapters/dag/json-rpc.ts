import * as z from 'zod';
import { parseBoundedJson } from '../../domain/bounded-json.ts';
import { cleanText } from '../../domain/clean.ts';
import { PollError } from '../../domain/errors.ts';
import { statusError } from '../http-errors.ts';
import { parseJson } from '../http.ts';
import type { Http } from '../http.ts';
import { readAs } from '../rest-client.ts';
import type { Answered } from '../rest-client.ts';

export interface RpcCall<T> {
	readonly url: string;
	readonly method: string;
	readonly params: unknown;
	readonly schema: z.ZodType<T>;
	readonly maxBodyBytes?: number;
}

const envelope = z.object({
	result: z.unknown().optional(),
	error: z
		.object({
			code: z.number().optional().catch(undefined),
			message: z.unknown().optional(),
			data: z.unknown().optional(),
		})
		.nullish(),
});

/** Statuses under which the servers of these nodes send a JSON-RPC error. */
const statusesWithAnswer = [400, 404, 500];

/**
 * One JSON-RPC 2.0 call whose result has a known shape. Throws `PollError`: `unsupported` for a method
 * that the node does not offer, `rateLimited` for Conflux's throttle (-32072, `Request rejected.`).
 */
export async function callRpc<T>(
	{ url, method, params, schema, ...limits }: RpcCall<T>,
	{ http, signal }: { readonly http: Http; readonly signal: AbortSignal },
): Promise<Answered<T>> {
	const json = { jsonrpc: '2.0', id: 1, method, params };
	const acceptStatus = statusesWithAnswer;
	const reply = await http.request({ url, signal, json, acceptStatus, ...limits });
	const { latencyMs, serverTimeMs, status, body } = reply;
	const failure = statusError({ statusCode: status, headers: {}, body });
	const parsed = envelope.safeParse(status < 300 ? parseJson(reply) : jsonOf(body));
	if (!parsed.success) throw status < 300 ? notJsonRpc() : failure;
	const { result, error } = parsed.data;
	if (error) throw toPollError(method, error);
	if (result === undefined) throw status < 300 ? notJsonRpc() : failure;
	return { value: readAs(schema, result, method), latencyMs, serverTimeMs };
}

function jsonOf(body: string): unknown {
	try {
		return parseBoundedJson(body);
	} catch {
		// The status says all: the caller reports it.
		return undefined;
	}
}

function notJsonRpc(): PollError {
	return new PollError('unsupported', 'what answers there does not speak JSON-RPC', {
		nextStep: 'check the port and the kind: `nodetop add URL` finds out what answers there',
	});
}

function toPollError(
	method: string,
	{ code, message, data }: NonNullable<z.infer<typeof envelope>['error']>,
): PollError {
	const details = [cleanText(message) ?? 'an error without a message', cleanText(data)];
	const detail = details.filter((part) => part !== undefined).join(': ');
	const text = `${method}: ${detail}${code === undefined ? '' : ` (${code})`}`;
	if (code === -32_072) {
		return new PollError('rateLimited', text, {
			nextStep: 'poll less often: a longer intervalMs for this node, or its local port',
		});
	}
	if (code === -32_601) {
		return new PollError('unsupported', text, {
			nextStep: 'the node does not offer this method on this port',
		});
	}
	return new PollError('badResponse', text, { nextStep: 'look at the node’s log' });
}
