import { request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { RequestFunction } from 'got';
import type { TunnelAgents } from '../domain/tunnel/agents.ts';

/** Sends requests and knows of the last one whether its failure was that of an old connection. */
export interface Connector {
	readonly request: RequestFunction;
	/**
	 * Whether the last request went over a connection that an earlier one had left open, and no reply
	 * began: the server had closed it meanwhile, which says nothing about the server.
	 */
	failedOnOldConnection(): boolean;
}

/**
 * Over kept-alive connections, or with `isFresh` over one of its own (through a proxy by `fresh`), for
 * servers that write on after their reply. What follows a complete reply is dropped: Node's parser reports such bytes as an error of
 * the request even when they came in the same segment as the body. The QuDAG testnet node does so
 * (qudag-mcp-node-v3.rs: `Connection: keep-alive` after the body).
 */
export function createConnector(
	isFresh: boolean,
	fresh: TunnelAgents | undefined,
	onReply: (socket: object) => void,
): Connector {
	let last: ClientRequest | undefined;
	let reply: IncomingMessage | undefined;
	return {
		request(url, options, onResponse) {
			const isSecure = url.protocol === 'https:';
			const send = isSecure ? httpsRequest : httpRequest;
			const agent = fresh ? fresh[isSecure ? 'https' : 'http'] : false;
			const request = send(url, isFresh ? { ...options, agent } : options, onResponse);
			reply = undefined;
			request.prependOnceListener('response', (response) => {
				reply = response;
				onReply(response.socket);
			});
			const { emit } = request;
			request.emit = function emitUnlessAfterReply(event: string | symbol, ...values: unknown[]) {
				if (event === 'error' && reply?.complete === true && isParseError(values[0])) return true;
				return emit.call(request, event, ...values);
			};
			last = request;
			return request;
		},
		failedOnOldConnection: () => last?.reusedSocket === true && reply === undefined,
	};
}

function isParseError(error: unknown): boolean {
	return (
		error instanceof Error &&
		'code' in error &&
		typeof error.code === 'string' &&
		error.code.startsWith('HPE_')
	);
}
