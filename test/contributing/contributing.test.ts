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
import { apply, copyProject, readSteps } from './apply.ts';

const run = promisify(execFile);
const steps = readSteps();
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

	it.each(['Add a command', 'Add a kind of node'])(
		'%s: changes one file beside its folder, by five lines at most',
		(chapter) => {
			const changes = steps.flatMap(({ chapter: of, file, change }) =>
				of === chapter && 'after' in change ? [{ file, ...change }] : [],
			);
			expect(new Set(changes.map(({ file }) => file)).size).toBe(1);
			const added = changes.flatMap(({ before, after }) =>
				after.split('\n').filter((line) => !before.split('\n').includes(line)),
			);
			expect(added.length).toBeLessThanOrEqual(5);
		},
	);

	it('Add a command: it runs, has help, and is listed', async () => {
		expect(await nodetop('uptime')).toMatch(/^up for \d+ min\n$/);
		expect(await nodetop('uptime', '--help')).toContain('nodetop uptime');
		expect(await nodetop('--help')).toContain('for how long this machine has run');
	});

	it('Add a kind of node: it is detected and polled', async () => {
		const server = await startServer(({ path }, response) => {
			response.statusCode = path === '/pulse' ? 200 : 404;
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify({ pulse: true, version: '1.2', height: 7 }));
		});
		onTestFinished(() => server.close());
		const { nodes } = documentSchema.parse(
			JSON.parse(await nodetop('--once', '--json', `n=${server.url}`)),
		);
		expect(nodes).toMatchObject([
			{
				target: { name: 'n', kind: 'pulse' },
				poll: { status: 'ok' },
				identity: { client: 'pulse', version: '1.2' },
				consensus: { height: 7 },
			},
		]);
	});

	it('Add a format of export: one line a node', async () => {
		const module = pathToFileURL(join(copy, 'source/export/names.ts')).href;
		const code = `import { toNames } from '${module}';
			console.log(toNames({ nodes: [{ target: { name: 'a' }, health: { status: 'up' } }] }));`;
		const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code]);
		expect(stdout.trim()).toBe('a up');
	});
});
