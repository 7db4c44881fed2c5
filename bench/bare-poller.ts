import { Agent, request } from 'node:http';

/**
 * The least that polling can cost on the machine it runs on: asks each address once a second over kept
 * connections, parses the answer, and keeps and draws nothing. For the benchmark only.
 *
 * An argument is an address, `KIND=ADDRESS` of a text of metrics (`bft`) or of JSON-RPC (`evm`).
 */
const places = process.argv.slice(2).map((argument) => {
	const [, kind = 'qudag', address = argument] = /^(bft|evm|qudag)=(.*)$/.exec(argument) ?? [];
	return { kind, address };
});
const agent = new Agent({ keepAlive: true });
const question = JSON.stringify([
	{ jsonrpc: '2.0', id: 1, method: 'eth_getBlockByNumber', params: ['latest', false] },
	{ jsonrpc: '2.0', id: 2, method: 'net_peerCount', params: [] },
	{ jsonrpc: '2.0', id: 3, method: 'eth_syncing', params: [] },
]);

/** Reads the value of each series into a map: a reader that wants some of them does no less. */
function readMetrics(text: string): Map<string, number> {
	const values = new Map<string, number>();
	for (const line of text.split('\n')) {
		if (line === '' || line.startsWith('#')) continue;
		const end = line.lastIndexOf(' ');
		values.set(line.slice(0, end), Number(line.slice(end + 1)));
	}
	return values;
}

function poll({ kind, address }: (typeof places)[number]): void {
	const isCall = kind === 'evm';
	const headers = isCall ? { 'content-type': 'application/json' } : {};
	const asked = request(address, { agent, method: isCall ? 'POST' : 'GET', headers }, (reply) => {
		const chunks: Buffer[] = [];
		reply.on('data', (chunk: Buffer) => chunks.push(chunk));
		reply.on('end', () => {
			const text = Buffer.concat(chunks).toString();
			if (kind === 'bft') readMetrics(text);
			else JSON.parse(text);
		});
	});
	// An answer that is missing costs nothing; the ratio is of those that come.
	asked.on('error', () => undefined);
	asked.end(isCall ? question : undefined);
}

setInterval(() => {
	for (const place of places) poll(place);
}, 1000);
