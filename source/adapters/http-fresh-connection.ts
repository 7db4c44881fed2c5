import { request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { RequestFunction } from 'got';

/**
 * A request on a connection of its own, for servers that write on after their reply: what follows a
 * complete reply is dropped. Node's parser reports such bytes as an error of the request even when
 * they came in the same segment as the body. The QuDAG testnet node does so
 * (qudag-mcp-node-v3.rs: `Connection: keep-alive` after the body).
 */
export const requestOnFreshConnection: RequestFunction = (url, options, onResponse) => {
	const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
	const request = send(url, { ...options, agent: false }, onResponse);
	ignoreBytesAfterReply(request);
	return request;
};

function ignoreBytesAfterReply(request: ClientRequest): void {
	let reply: IncomingMessage | undefined;
	request.prependOnceListener('response', (response) => {
		reply = response;
	});
	const emit = request.emit.bind(request);
	request.emit = (event: string | symbol, ...values: unknown[]): boolean =>
		event === 'error' && reply?.complete === true && isParseError(values[0])
			? true
			: emit(event, ...values);
}

function isParseError(error: unknown): boolean {
	return (
		error instanceof Error &&
		'code' in error &&
		typeof error.code === 'string' &&
		error.code.startsWith('HPE_')
	);
}
