import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { startServer } from '../helpers/http-server.ts';
import { emptyHome, runNodetop } from '../helpers/run-nodetop.ts';

const peerId = '12D3KooWQnodetopPeerOne';

function statusText(notes: string): string {
	return JSON.stringify({
		node_id: 'qd-node-secretive',
		version: notes,
		consensus_state: { status: 'active', round: 7 },
		network_info: {
			peer_count: 1,
			peers: [{ id: peerId, address: '203.0.113.9:4001', direction: 'inbound' }],
		},
	});
}

async function bundleOf(version: string, ...flags: string[]) {
	const server = await startServer((_request, response) => {
		response.end(statusText(version));
	});
	const home = emptyHome();
	try {
		const file = path.join(home, 'out.json');
		const added = await runNodetop(['add', `my-validator=${server.url}`], { home });
		expect(added.exitCode).toBe(0);
		const run = await runNodetop(['bundle', '--for', '300ms', ...flags, file], { home });
		return { ...run, file };
	} finally {
		await server.close();
	}
}

describe.concurrent('a bundle', () => {
	test('holds the snapshot and the diagnosis, and nobody’s names', async () => {
		const { exitCode, stdout, stderr, file } = await bundleOf('1.0.0', '--yes');
		expect(exitCode).toBe(0);
		expect(stdout).toBe(`${file}\n`);
		expect(stderr).toContain('replaced by pseudonyms: ');
		const text = readFileSync(file, 'utf8');
		for (const secret of [peerId, '203.0.113.9', 'my-validator', 'qd-node-secretive']) {
			expect(text).not.toContain(secret);
		}
		expect(JSON.parse(text)).toMatchObject({
			schema: 'nodetop-bundle/1',
			snapshot: { nodes: [{ target: { name: 'name-1' }, consensus: { round: 7 } }] },
			diagnoses: [{ node: 'name-1' }],
		});
		expect(statSync(file).mode & 0o777).toBe(0o600);
	});

	test('is refused while something in it may be a credential', async () => {
		const { exitCode, stderr, file } = await bundleOf('token=hunter2', '--yes');
		expect(exitCode).toBe(73);
		expect(stderr).toContain('nothing is written');
		expect(stderr).toContain('nodes.0.identity.version');
		expect(existsSync(file)).toBe(false);
	});

	test('asks first, and where nobody can be asked writes nothing', async () => {
		const { exitCode, stderr, file } = await bundleOf('1.0.0');
		expect(exitCode).toBe(64);
		expect(stderr).toContain('--preview');
		expect(existsSync(file)).toBe(false);
	});

	test('is printed and not written with --preview, and never overwrites', async () => {
		const preview = await bundleOf('1.0.0', '--preview');
		expect(JSON.parse(preview.stdout)).toMatchObject({ schema: 'nodetop-bundle/1' });
		expect(existsSync(preview.file)).toBe(false);
		const home = emptyHome();
		const file = path.join(home, 'there.json');
		writeFileSync(file, 'mine');
		const { exitCode } = await runNodetop(['bundle', '--for', '300ms', '--yes', file], { home });
		expect(exitCode).toBe(73);
		expect(readFileSync(file, 'utf8')).toBe('mine');
	});
});
