import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const oddBodies: Readonly<Record<string, string>> = {
	html: '<html>',
	huge: `"${'x'.repeat(1_100_000)}"`,
	list: '[]',
	nothing: '{}',
};

/** A JSON-RPC server with these results, or one that answers something else; `silence` never answers. */
export async function withServer(
	answers: Readonly<Record<string, unknown>> | string,
	work: (url: string) => Promise<void>,
): Promise<void> {
	const server = createServer((request, response) => {
		let body = '';
		request.setEncoding('utf8').on('data', (text: string) => (body += text));
		request.on('end', () => {
			if (answers === 'silence') return;
			if (typeof answers === 'string') {
				response.end(oddBodies[answers]);
				return;
			}
			const { id, method } = JSON.parse(body) as { id: number; method: string }; // Our own request.
			const isKnown = Object.hasOwn(answers, method);
			const reply = isKnown
				? { result: answers[method] }
				: { error: { code: -32601, message: 'Method not found' } };
			response.end(JSON.stringify({ jsonrpc: '2.0', id, ...reply }));
		});
	});
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	const { port } = server.address() as AddressInfo; // A TCP server has one.
	try {
		await work(`http://127.0.0.1:${port}`);
	} finally {
		server.closeAllConnections();
		server.close();
	}
}
