import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { documentSchema } from '../../source/sections/snapshot.ts';
import { startServer } from '../helpers/http-server.ts';
import type { TestServer } from '../helpers/http-server.ts';
import { bin, runNodetop } from '../helpers/run-nodetop.ts';
import { startInTerminal } from '../helpers/terminal.ts';

const servers: TestServer[] = [];

afterEach(async () => {
	await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function nodeThatAnswers(answer: (body: string) => unknown): Promise<string> {
	const server = await startServer(({ body }, response) => {
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify(answer(body)));
	});
	servers.push(server);
	return server.url;
}

/** Tells on standard error, as the process ends, what of Node it has loaded. */
const tellModules = `data:text/javascript,${encodeURIComponent(
	"process.on('exit', () => console.error('loaded ' + process.moduleLoadList.join()))",
)}`;

test('polls over GET and POST load neither undici nor HTTP/2', async () => {
	const qudag = await nodeThatAnswers(() => ({ node_id: 'a', dag_stats: { total_vertices: 7 } }));
	const evm = await nodeThatAnswers((body) => {
		const questions = JSON.parse(body) as { id: number }[] | { id: number };
		const reply = ({ id }: { id: number }) => ({ jsonrpc: '2.0', id, result: '0x7' });
		return Array.isArray(questions) ? questions.map(reply) : reply(questions);
	});
	const { stdout, stderr } = await runNodetop(['--once', '--json', `a=${qudag}`, `b=${evm}`], {
		env: { NODE_OPTIONS: `--import=${tellModules}` },
	});
	const [a, b] = documentSchema.parse(JSON.parse(stdout)).nodes;
	expect(a).toMatchObject({ poll: { status: 'ok' }, dag: { vertices: 7 } });
	expect(b).toMatchObject({ target: { kind: 'evm' }, identity: { chainId: 7 } });
	const loaded = /^loaded (.*)$/m.exec(stderr)?.[1]?.split(',') ?? [];
	expect(loaded).toContain('NativeModule _http_client');
	expect(loaded.filter((name) => /undici|http2/.test(name))).toEqual([]);
});

/** Writes, as the process ends, how many bytes V8 gives to what dies at once: half of it is in use at a time. */
const tellYoungGeneration = (file: string) =>
	`data:text/javascript,${encodeURIComponent(`
		import { getHeapSpaceStatistics } from 'node:v8';
		import { writeFileSync } from 'node:fs';
		process.on('exit', () => {
			const { space_used_size: used, space_available_size: rest } = getHeapSpaceStatistics()
				.find(({ space_name }) => space_name === 'new_space');
			writeFileSync(${JSON.stringify(file)}, String(used + rest));
		});`)}`;

test('the young generation of a screen of few nodes is neither too small for a poll nor grows', async () => {
	const qudag = await nodeThatAnswers(() => ({ node_id: 'a', dag_stats: { total_vertices: 7 } }));
	const home = mkdtempSync(join(tmpdir(), 'nodetop-heap-'));
	const file = join(home, 'bytes');
	const env = { XDG_CONFIG_HOME: home, XDG_STATE_HOME: home, XDG_DATA_HOME: home };
	const args = ['--import', tellYoungGeneration(file), bin, '--interval', '500ms', `a=${qudag}`];
	const screen = startInTerminal(process.execPath, args, { env });
	await expect.poll(() => screen.text(), { timeout: 40_000 }).toContain('1 up');
	screen.press('q');
	await screen.exited;
	screen.close();
	expect(existsSync(file)).toBe(true);
	const mebibytes = Number(readFileSync(file, 'utf8')) / 1024 ** 2;
	expect(mebibytes).toBeGreaterThanOrEqual(2);
	expect(mebibytes).toBeLessThanOrEqual(8);
});
