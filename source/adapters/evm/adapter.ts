import { PollError } from '../../domain/errors.ts';
import { cleanText } from '../../domain/clean.ts';
import type { Target } from '../../domain/target.ts';
import type { Adapter, PollContext, ProbeMatch } from '../adapter.ts';
import { parseClientVersion } from './client-version.ts';
import { callOnce, isMethodMissing } from './json-rpc.ts';
import { questions } from './questions.ts';
import { toInteger } from '../quantity.ts';
import { ConnectionLost, NoWebSocket } from '../web-socket.ts';
import { createEvmSource } from './source.ts';
import { createWebSocketHttp, isWebSocketAddress } from './web-socket.ts';

/**
 * Any client of the Ethereum JSON-RPC over HTTP or a WebSocket: geth, Nethermind, besu, erigon, reth, go-wemix,
 * ethereumjs, anvil, Ganache, Hardhat and others. Only read-only methods are called.
 */
export const evm = {
	kind: 'evm',
	title: 'Ethereum node',
	schemes: ['http:', 'https:', 'ws:', 'wss:'],
	localUrls: ['http://127.0.0.1:8545', 'http://127.0.0.1:8588'],
	absentSections: { dag: 'an EVM chain is linear: it has blocks, not a DAG' },
	probe,
	open: (target) => createEvmSource(target),
} as const satisfies Adapter;

async function probe(target: Target, context: PollContext): Promise<ProbeMatch | undefined> {
	if (!isWebSocketAddress(target.url)) return ask(target, context);
	const http = createWebSocketHttp(target);
	try {
		return await ask(target, { ...context, http });
	} catch (error) {
		// Another kind hangs up at a question that it cannot read.
		if (error instanceof ConnectionLost) return undefined;
		throw error;
	} finally {
		http.close();
	}
}

async function ask(
	target: Target,
	{ http, signal }: Pick<PollContext, 'http' | 'signal'>,
): Promise<ProbeMatch | undefined> {
	try {
		const exchange = { url: target.url, http, signal };
		const { answer } = await callOnce(questions.clientVersion, exchange);
		if (answer.status === 'ok') {
			const userAgent = cleanText(answer.value);
			return userAgent === undefined
				? undefined
				: { found: describe(userAgent), confidence: 'certain' };
		}
		if (!isMethodMissing(answer)) return undefined;
		// Bitcoin, Solana, Substrate and CometBFT lack the method as well: only a chain id is Ethereum's.
		const { answer: chainId } = await callOnce(questions.chainId, exchange);
		return chainId.status === 'ok' && toInteger(chainId.value) !== undefined
			? { found: 'Ethereum node that does not tell its client', confidence: 'likely' }
			: undefined;
	} catch (error) {
		const isOther =
			!(error instanceof NoWebSocket) &&
			error instanceof PollError &&
			(error.code === 'badResponse' || error.code === 'unsupported');
		if (isOther) return undefined;
		throw error;
	}
}

function describe(userAgent: string): string {
	const { client, version } = parseClientVersion(userAgent);
	return [client ?? 'Ethereum node', ...(version === undefined ? [] : [version])].join(' ');
}
