import { randomUUID } from 'node:crypto';
import { parseBoundedJson } from '../../domain/bounded-json.ts';
import { PollError } from '../../domain/errors.ts';
import type { Secret } from '../../domain/secret.ts';
import type { RpcAddress } from './address.ts';
import { exchange } from './rpc-exchange.ts';
import type { ExchangeOptions } from './rpc-exchange.ts';
import { encodeFrame } from './rpc-frame.ts';
import { envelopeSchema } from './rpc-wire.ts';

/** Only what reads, and quickly: `test_network` takes minutes, all others change the node. */
export type RpcMethod = 'get_status' | 'list_peers' | 'get_network_stats';

export interface RpcReply {
	readonly result: unknown;
	readonly latencyMs: number;
}

const authenticationRequired = -32001;
const methodNotFound = -32601;

/**
 * Asks a QuDAG node one question. The token travels inside `params`. Rejects with `PollError`:
 * `unauthorized` for a missing or wrong token, `unsupported` for an unknown method, `badResponse`
 * for a reply that is not ours or not of this RPC, and whatever the exchange itself meets.
 */
export async function callRpc(
	address: RpcAddress,
	method: RpcMethod,
	token: Secret | undefined,
	options: ExchangeOptions,
): Promise<RpcReply> {
	const id = randomUUID();
	const params = token ? { auth_token: token.reveal() } : null;
	const { content, latencyMs } = await exchange(
		address,
		encodeFrame({ id, method, params }),
		options,
	);
	const envelope = envelopeSchema.safeParse(parseContent(content));
	if (!envelope.success) {
		throw badReply('the reply is JSON, but not of QuDAG’s RPC', envelope.error);
	}
	if (envelope.data.id !== id)
		throw badReply('the reply belongs to another request: its id differs');
	const { error, result } = envelope.data;
	if (error) throw rpcError(method, error.code, error.message ?? 'no message');
	return { result, latencyMs };
}

function parseContent(content: Buffer): unknown {
	try {
		return parseBoundedJson(content.toString('utf8'));
	} catch (error) {
		throw badReply('the frame holds no JSON', error);
	}
}

function rpcError(method: RpcMethod, code: number, message: string): PollError {
	const text = `${method}: ${message} (${code})`;
	if (code === authenticationRequired) {
		return new PollError('unauthorized', text, {
			nextStep: 'give the node’s RPC_AUTH_TOKEN as token or tokenFile in its profile entry',
		});
	}
	if (code === methodNotFound) {
		return new PollError('unsupported', text, {
			nextStep: 'this version of the node does not offer it: check the port and the kind',
		});
	}
	return new PollError('badResponse', text, { nextStep: 'look at the node’s log' });
}

function badReply(message: string, cause?: unknown): PollError {
	return new PollError('badResponse', message, {
		nextStep: 'check the port: another program may listen there',
		cause,
	});
}
