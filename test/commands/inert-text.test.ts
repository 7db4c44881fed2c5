import { afterEach, expect, it } from 'vitest';
import { sendJson, startServer } from '../helpers/http-server.ts';
import type { TestServer } from '../helpers/http-server.ts';
import { runNodetop } from '../helpers/run-nodetop.ts';

/** A node that puts towers of marks and invisible characters into each text: no output lets them through. */
let server: TestServer | undefined;

afterEach(async () => {
	await server?.close();
	server = undefined;
});

const tower = '\u0323'.repeat(60);
const invisible = '\u200B\u200E\u202E\u2066\u{E0041}\u00AD\uFEFF';
const hangul = '\u1161'.repeat(60);
const odd = (text: string) => `${text}${tower}${invisible}${hangul}!`;

function answers(path: string): unknown {
	switch (path) {
		case '/status':
			return {
				node_info: {
					protocol_version: { p2p: '8', block: '11', app: '0' },
					id: odd('5576458aef'),
					network: odd('cosmoshub'),
					version: odd('0.38.11'),
					moniker: odd('ours'),
				},
				sync_info: {
					latest_block_hash: odd('AB'),
					latest_block_height: '100',
					latest_block_time: new Date(Date.now() - 1000).toISOString(),
					catching_up: false,
				},
				validator_info: { address: odd('AA'), voting_power: '10' },
			};
		case '/net_info':
			return {
				listening: true,
				n_peers: '4',
				peers: ['p', 'q', 'r', 's'].map((name) => ({
					node_info: { id: odd(name), moniker: odd(name), version: odd('0.38.10') },
					is_outbound: true,
					connection_status: { Duration: '168901057956119' },
					remote_ip: odd('192.0.2.7'),
				})),
			};
		default:
			return undefined;
	}
}

const visibleSigns = /[\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}]/gu;

it.each([
	[['--once', '--json']],
	[['--once']],
	[['status']],
	[['status', '--compact']],
	[['export', 'csv']],
	[['export', 'json']],
	[['export', 'prometheus']],
	[['export', 'influx']],
	[['health', '--for', '1s', '-i', '500ms']],
	[['health', '--json', '--for', '1s', '-i', '500ms']],
	[['diagnose', '--for', '1s', '-i', '500ms']],
	[['discover']],
])('%s', async (args) => {
	server = await startServer(({ path }, response) => {
		const result = answers(path.replace(/\?.*/, ''));
		if (result !== undefined) sendJson(response, { jsonrpc: '2.0', id: -1, result });
		else {
			const error = { code: -32_601, message: odd('Method not found') };
			sendJson(response, { jsonrpc: '2.0', id: -1, error }, 404);
		}
	});
	const spec = args.includes('discover') ? new URL(server.url).host : `ours=${server.url}`;
	const { stdout, stderr } = await runNodetop([...args, spec]);
	const said = `${stdout}${stderr}`;
	expect(said).toMatch(/ours|cometbft/i);
	expect(said.replaceAll(visibleSigns, '')).not.toMatch(/\p{Cf}/u);
	expect(said).not.toMatch(/[\p{M}\u1160-\u11FF\uD7B0-\uD7FF]{5}/u);
});
