import { formatMs } from '../../domain/format.ts';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { cleanText } from '../../domain/clean.ts';
import { parseBoundedJson } from '../../domain/bounded-json.ts';

/** What a node answered to one request. */
export type RpcReply =
	| { readonly is: 'result'; readonly result: unknown; readonly latencyMs: number }
	/** It answers, but does not offer the method or refuses it. */
	| { readonly is: 'refused'; readonly message: string; readonly latencyMs: number }
	| { readonly is: 'failed'; readonly message: string };

export type AskRpc = (method: string) => Promise<RpcReply>;

const mostBytes = 1_000_000;

/** Asks one node by JSON-RPC. Never rejects; a reply is bounded in size and time. */
export function createRpc(url: string, timeoutMs: number): AskRpc {
	let id = 0;
	return async (method) => {
		id += 1;
		const startedAtMs = performance.now();
		try {
			const text = await post(
				url,
				JSON.stringify({ jsonrpc: '2.0', id, method, params: [] }),
				timeoutMs,
			);
			return toReply(text, performance.now() - startedAtMs);
		} catch (error) {
			return { is: 'failed', message: failureWords(error, timeoutMs) };
		}
	};
}

function toReply(text: string, latencyMs: number): RpcReply {
	let body: unknown;
	try {
		body = parseBoundedJson(text);
	} catch {
		return { is: 'failed', message: 'it does not answer in JSON' };
	}
	if (typeof body !== 'object' || body === null)
		return { is: 'failed', message: 'it does not answer in JSON-RPC' };
	if ('error' in body && body.error) {
		const { error } = body;
		const said =
			typeof error === 'object' && 'message' in error ? cleanText(error.message, 120) : undefined;
		return { is: 'refused', message: said ?? 'it refused the request', latencyMs };
	}
	if (!('result' in body)) return { is: 'failed', message: 'it does not answer in JSON-RPC' };
	return { is: 'result', result: body.result, latencyMs };
}

function post(url: string, body: string, timeoutMs: number): Promise<string> {
	const send = url.startsWith('https:') ? httpsRequest : httpRequest;
	return new Promise((resolve, reject) => {
		const request = send(url, {
			method: 'POST',
			headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
			agent: false,
			signal: AbortSignal.timeout(timeoutMs),
		});
		request.on('error', reject);
		request.on('response', (response) => {
			const chunks: Buffer[] = [];
			let size = 0;
			response.on('error', reject);
			response.on('data', (chunk: Buffer) => {
				size += chunk.length;
				if (size > mostBytes) request.destroy(new Error('its answer is longer than 1 MB'));
				else chunks.push(chunk);
			});
			response.on('end', () => {
				resolve(Buffer.concat(chunks).toString('utf8'));
			});
		});
		request.end(body);
	});
}

function failureWords(error: unknown, timeoutMs: number): string {
	if (!(error instanceof Error)) return 'it does not answer';
	if (error.name === 'TimeoutError' || error.name === 'AbortError')
		return `it does not answer within ${formatMs(timeoutMs)}`;
	const code = 'code' in error ? error.code : undefined;
	if (code === 'ECONNREFUSED') return 'connection refused: nothing listens there';
	return cleanText(error.message, 120) ?? 'it does not answer';
}
