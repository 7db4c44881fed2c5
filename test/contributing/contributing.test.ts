import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { importProblems } from '../../scripts/check-imports.ts';
import { documentSchema } from '../../source/sections/snapshot.ts';
import { startServer } from '../helpers/http-server.ts';
import { emptyHome } from '../helpers/run-nodetop.ts';
import { startInTerminal } from '../helpers/terminal.ts';
import { apply, copyProject, readSteps } from './apply.ts';

const run = promisify(execFile);
const steps = readSteps();
const waiting = { timeout: 60_000, interval: 50 };
let copy = '';

/** All examples together in one copy: to compile and to build it once takes seconds. */
beforeAll(async () => {
	copy = copyProject();
	for (const step of steps) apply(copy, step);
	await run(process.execPath, [join(copy, 'scripts/build.ts')], { cwd: copy });
}, 300_000);

async function nodetop(...args: string[]): Promise<string> {
	const env = { PATH: process.env['PATH'] ?? '', HOME: emptyHome() };
	const { stdout } = await run(process.execPath, [join(copy, 'bin/nodetop.js'), ...args], { env });
	return stdout;
}

describe('the examples of contributing.md', { timeout: 300_000 }, () => {
	it('compile, and respect the walls', async () => {
		const tsconfig = JSON.parse(readFileSync(join(copy, 'tsconfig.json'), 'utf8')) as object;
		const include = ['source', 'devnet', 'hooks', 'components', 'screens'];
		writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify({ ...tsconfig, include }));
		const compiler = join(copy, 'node_modules/.bin/tsc');
		const { stdout } = await run(compiler, ['-p', copy]).catch(
			(error: { stdout: string }) => error,
		);
		expect(stdout).toBe('');
		expect(importProblems(copy)).toEqual([]);
	});

	it.each([
		['Add a command', ['source/commands/registry.ts'], 4],
		['Add a kind of node', ['source/adapters/registry.ts'], 2],
		['Add a section', ['source/sections/registry.ts', 'source/adapters/registry.ts'], 4],
		['Add a finding', ['source/sections/findings.ts'], 2],
		['Add a screen', ['source/keys/screen-names.ts', 'screens/registry.ts'], 3],
		['Add a channel', ['source/alerts/delivery/channels/registry.ts'], 2],
		['Add a format', ['source/export/registry.ts'], 1],
	])('%s: changes only %j beside its own files, by %i lines', (chapter, files, count) => {
		const changes = steps.flatMap(({ chapter: of, file, change }) =>
			of === chapter && 'after' in change ? [{ file, ...change }] : [],
		);
		expect([...new Set(changes.map(({ file }) => file))]).toEqual(files);
		const added = changes.flatMap(({ before, after }) =>
			after.split('\n').filter((line) => !before.split('\n').includes(line)),
		);
		expect(added).toHaveLength(count);
	});

	it('Add a command: it runs, has help, and is listed', async () => {
		expect(await nodetop('uptime')).toMatch(/^up for \d+ min\n$/);
		expect(await nodetop('uptime', '--help')).toContain('nodetop uptime');
		expect(await nodetop('--help')).toContain('for how long this machine has run');
	});

	it('Add a kind of node: it is detected and polled', async () => {
		const spec = await serve('/pulse', pulse);
		const { nodes } = documentSchema.parse(JSON.parse(await nodetop('--once', '--json', spec)));
		expect(nodes).toMatchObject([
			{
				target: { name: 'n', kind: 'pulse' },
				poll: { status: 'ok' },
				identity: { client: 'pulse', version: '1.2' },
				consensus: { height: 7 },
			},
		]);
	});

	it('Add a finding: the health of a node has it, and a rule alerts about it', async () => {
		const spec = await serve('/sensors', { temperatureCelsius: 81.25 });
		const { nodes } = JSON.parse(await nodetop('--once', '--json', spec)) as { nodes: unknown[] };
		const issue = { code: 'temperatureHigh', severity: 'warning', message: 'it is hot: 81.25 °C' };
		expect(nodes).toMatchObject([{ health: { status: 'degraded', issues: [issue] } }]);
		const module = pathToFileURL(join(copy, 'source/sections/findings.ts')).href;
		const code = `import { builtInRules } from '${module}';
			console.log(JSON.stringify(builtInRules['temperature-high']));`;
		const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code]);
		expect(JSON.parse(stdout)).toMatchObject({
			component: 'resources',
			forMs: 60_000,
			condition: { above: { warning: 75, critical: 90, clear: 70 } },
		});
	});

	it('Add a screen: its key shows it, and the help lists it', async () => {
		const spec = await serve('/pulse', pulse);
		const program = [join(copy, 'bin/nodetop.js'), spec];
		const screen = startInTerminal(process.execPath, program, { env: { HOME: emptyHome() } });
		onTestFinished(screen.close);
		await expect.poll(screen.text, waiting).toMatch(/7 Versions[^]*pulse 1\.2/);
		screen.press('7');
		await expect.poll(screen.text, waiting).toMatch(/─ Versions ─[^]*pulse 1\.2 +n\b/);
		screen.press('?');
		await expect.poll(screen.text, waiting).toContain('Versions: which software the nodes run');
	});

	it('Add a channel: it is configured, sends, and keeps its secret', async () => {
		const server = await startServer((_request, response) => response.end('{}'));
		onTestFinished(() => server.close());
		const phone = { type: 'ntfy', url: server.url, topic: 'nodes', token: 'hunter2' };
		const file = join(emptyHome(), 'config.json');
		const text = JSON.stringify({ profiles: { default: { channels: { phone } } } });
		writeFileSync(file, text, { mode: 0o600 });
		expect(await nodetop('alerts', 'test', '--config', file)).toBe('phone (ntfy): delivered\n');
		expect(server.requests).toMatchObject([{ headers: { authorization: 'Bearer hunter2' } }]);
		expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({
			topic: 'nodes',
			title: '[TEST] [FIRING] critical: test, nodetop',
			priority: 5,
		});
		expect(await nodetop('config', 'print', '--config', file)).not.toContain('hunter2');
		expect(await nodetop('config', 'schema')).toContain('ntfy');
	});

	it('Add a format: its flag prints it, and the help lists it', async () => {
		const spec = await serve('/pulse', pulse);
		expect(await nodetop('--once', '--names', spec)).toBe('n up\n');
		expect(await nodetop('--once', '--help')).toMatch(/--names +name and health\n/);
	});
});

const pulse = { pulse: true, version: '1.2', height: 7 };

/** A node that has one page. */
async function serve(page: string, body: object): Promise<string> {
	const server = await startServer(({ path }, response) => {
		response.statusCode = path === page ? 200 : 404;
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify(body));
	});
	onTestFinished(() => server.close());
	return `n=${server.url}`;
}
