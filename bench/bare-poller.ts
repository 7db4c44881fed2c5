import { Agent, get } from 'node:http';

/**
 * The least that polling can cost on the machine it runs on: fetches each address once a second over
 * kept connections, parses the JSON, and keeps and draws nothing. For the benchmark only.
 */
const addresses = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });

function poll(address: string): void {
	const request = get(address, { agent }, (reply) => {
		const chunks: Buffer[] = [];
		reply.on('data', (chunk: Buffer) => chunks.push(chunk));
		reply.on('end', () => {
			JSON.parse(Buffer.concat(chunks).toString());
		});
	});
	// An answer that is missing costs nothing; the ratio is of those that come.
	request.on('error', () => undefined);
}

setInterval(() => {
	for (const address of addresses) poll(address);
}, 1000);
