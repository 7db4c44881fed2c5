import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentSchema } from '../../source/sections/snapshot.ts';
import { startServer } from '../helpers/http-server.ts';
import { emptyHome } from '../helpers/run-nodetop.ts';
import { apply, copyProject, readSteps } from './apply.ts';

const run = promisify(execFile);
const steps = readSteps().filter(({ chapter }) => chapter === 'Add a section');
let copy = '';
let server: Awaited<ReturnType<typeof startServer>>;

beforeAll(async () => {
	copy = copyProject();
	for (const step of steps) apply(copy, step);
	server = await startServer(({ path }, response) => {
		response.statusCode = path === '/sensors' ? 200 : 404;
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify({ temperatureCelsius: 81.25, powerWatts: 9, batteryRatio: 0.5 }));
	});
}, 60_000);

afterAll(() => server.close());

/** The program from its source: it needs no build. */
async function nodetop(...args: string[]): Promise<string> {
	const env = { PATH: process.env['PATH'] ?? '', HOME: emptyHome() };
	const main = join(copy, 'source/main-of-test.ts');
	writeFileSync(main, "import { main } from './cli.ts';\nawait main(process.argv.slice(2));\n");
	const spec = [process.execPath, ['source/main-of-test.ts', ...args]] as const;
	const { stdout } = await run(spec[0], spec[1], { cwd: copy, env });
	return stdout;
}

/** What modules of the copy make of a node with the section. */
async function evaluate(code: string): Promise<unknown> {
	const node = {
		target: { name: 'n', kind: 'meter', url: 'http://n' },
		poll: { status: 'ok', failures: 0 },
		health: { status: 'up', issues: [] },
		sensors: { temperatureCelsius: 81.25, powerWatts: 9, batteryRatio: 0.5 },
	};
	const script = `const node = ${JSON.stringify(node)};\n${code}`;
	const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
		cwd: copy,
	});
	return JSON.parse(stdout);
}

describe('the example of a section in contributing.md', { timeout: 60_000 }, () => {
	test('touches two registries outside its folders, by one name and one import each', () => {
		const changes = steps.flatMap(({ file, change }) =>
			'after' in change ? [{ file, ...change }] : [],
		);
		expect([...new Set(changes.map(({ file }) => file))]).toEqual([
			'source/sections/registry.ts',
			'source/adapters/registry.ts',
		]);
		const added = changes.flatMap(({ before, after }) =>
			after.split('\n').filter((line) => !before.split('\n').includes(line)),
		);
		expect(added.filter((line) => !line.startsWith('import '))).toHaveLength(2);
		expect(added).toHaveLength(4);
	});

	test('is in JSON, CSV and status', async () => {
		const spec = `n=${server.url}`;
		const { nodes } = JSON.parse(await nodetop('--once', '--json', spec)) as { nodes: unknown[] };
		expect(nodes).toMatchObject([
			{
				target: { kind: 'meter' },
				sensors: { temperatureCelsius: 81.25, powerWatts: 9, batteryRatio: 0.5 },
			},
		]);
		const [head = '', row = ''] = (await nodetop('--once', '--csv', spec)).split('\r\n');
		expect([head.split(',').at(-1), row.split(',').at(-1)]).toEqual([
			'temperatureCelsius',
			'81.25',
		]);
		expect(await nodetop('status', spec)).toContain(
			'Sensors:\n  Temperature:  81.3\n  Power:        9 W\n  Battery:      50.0%\n',
		);
	});

	test('is among the facts of a screen', async () => {
		const facts = await evaluate(`
			const { factGroups } = await import('./screens/node/facts.ts');
			console.log(JSON.stringify(factGroups(node, 0).flatMap(({ facts }) => facts).slice(-3)));`);
		expect(facts).toEqual([
			{ label: 'Temperature', value: '81.3', priority: 1, tone: 'bad' },
			{ label: 'Power', value: '9 W', priority: 2, tone: 'plain' },
			{ label: 'Battery', value: '50.0%', priority: 2, tone: 'plain' },
		]);
	});

	test('is sampled for a sparkline', async () => {
		const drawn = await evaluate(`
			const { sampleOf } = await import('./source/fleet/series.ts');
			const { appendSample, noSamples, timedSamples } = await import('./source/sections/samples.ts');
			const { metrics } = await import('./source/sections/metrics.ts');
			const { sparkline } = await import('./components/charts/sparkline.ts');
			const { createLook } = await import('./components/look.ts');
			const samples = appendSample(noSamples, 0, sampleOf(node));
			const name = 'sensors.temperatureCelsius';
			const look = createLook({ theme: 'mono', isAscii: false, colorDepth: 1 });
			const data = timedSamples(samples, name, 5);
			const line = sparkline(look, data, { width: 5, nowMs: 0, windowMs: 60_000 })[1].trim();
			console.log(JSON.stringify([metrics[name].title, line]));`);
		expect(drawn).toEqual(['Temperature in °C', '·']);
	});

	test('is known to rules, and a misspelt field of it is not', async () => {
		const problems = await evaluate(`
			const { createFieldCheck } = await import('./source/sections/known-fields.ts');
			const check = createFieldCheck();
			const rule = (field) => ({ scope: 'node', condition: { value: { field }, above: 80 } });
			console.log(JSON.stringify(['sensors.temperatureCelsius', 'sensors.temperature'].map(
				(field) => check(rule(field))?.problem ?? 'none')));`);
		expect(problems).toEqual(['none', 'sensors.temperature: there is no "temperature" in sensors']);
	});

	test('is in the JSON Schema and in the table of fields', async () => {
		const texts = await evaluate(`
			const { schemaText } = await import('./scripts/schema-text.ts');
			const { fieldsText } = await import('./scripts/fields-table.ts');
			const { nodes } = JSON.parse(schemaText()).properties;
			const { sensors } = nodes.items.properties;
			console.log(JSON.stringify([Object.keys(sensors.properties), fieldsText()]));`);
		expect(texts).toEqual([
			['temperatureCelsius', 'powerWatts', 'batteryRatio'],
			expect.stringContaining('| `sensors.temperatureCelsius` | Temperature | number |'),
		]);
	});

	test('is no part of the program without the example', () => {
		expect(Object.keys(documentSchema.shape.nodes.element.shape)).not.toContain('sensors');
	});
});
