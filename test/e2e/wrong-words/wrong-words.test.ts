import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentSchema } from '../../../source/sections/snapshot.ts';
import type { NodeSnapshot } from '../../../source/sections/snapshot.ts';
import { startServer } from '../../helpers/http-server.ts';
import type { TestServer } from '../../helpers/http-server.ts';
import { runNodetop } from '../../helpers/run-nodetop.ts';
import type { RunResult } from '../../helpers/run-nodetop.ts';
import type { Case, Expected } from './case.ts';
import { metricsCases, qudagCases, storjCases } from './nodes.ts';
import { prometheusCases } from './prometheus.ts';
import { siteCases } from './sites.ts';

/**
 * Odd but plausible answers of sites, QuDAG nodes, metrics and storage nodes, each by a real server, and what
 * the real program says of them: one look at all of them.
 */
const cases: Readonly<Record<string, Case>> = {
	...prometheusCases,
	...siteCases,
	...qudagCases,
	...metricsCases,
	...storjCases,
};
const none: Pick<Case, 'expected'> = { expected: { status: '', codes: [] } };
const names = Object.keys(cases);
const nameOf = (what: string) => `n${names.indexOf(what)}`;

/** Of this machine, which is not what the tests are about. */
const ofThisMachine = new Set([
	'cpuBusy',
	'memoryLow',
	'diskLow',
	'memoryPressure',
	'pollSlow',
	'machineTooBusy',
]);

const servers: TestServer[] = [];
let specs: readonly string[] = [];
let nodes: ReadonlyMap<string, NodeSnapshot> = new Map();

beforeAll(async () => {
	specs = await Promise.all(
		Object.entries(cases).map(async ([what, { answer, path = '' }]) => {
			const server = await startServer(answer);
			servers.push(server);
			return `${nameOf(what)}=${server.url}${path}`;
		}),
	);
	const { stdout } = await runNodetop(['--once', '--json', '--timeout', '20s', ...specs]);
	const document = documentSchema.parse(JSON.parse(stdout));
	nodes = new Map(document.nodes.map((node) => [node.target.name, node]));
}, 120_000);
afterAll(() => Promise.all(servers.map((server) => server.close())));

function wordsOf({ health, notes = [], poll }: NodeSnapshot) {
	const issues = health.issues.filter(({ code }) => !ofThisMachine.has(code));
	const told = issues.map(({ message, evidence = '' }) => `${message} ${evidence}`);
	return {
		status: health.status,
		codes: issues.map(({ code }) => code),
		says: [...told, ...notes, poll.error?.message ?? ''].join('; '),
	};
}

function expectNode(name: string, { status: expected, codes, says = /^/ }: Expected): void {
	const node = nodes.get(name);
	expect(node, `${name} of ${[...nodes.keys()].join()}`).toBeDefined();
	const words = node && wordsOf(node);
	expect(words, `${words?.says}`).toMatchObject({ status: expected, codes });
	expect(words?.says).toMatch(says);
}

describe('one look says of', () => {
	it.each(names)('%s', (what) => {
		const { expected } = cases[what] ?? none;
		const name = nameOf(what);
		expectNode(name, expected);
		const members = Object.entries(expected.members ?? {});
		for (const [each, word] of members) expectNode(`${name}/${each}`, word);
		const below = [...nodes.keys()].filter((each) => each.startsWith(`${name}/`));
		expect(below.toSorted()).toEqual(members.map(([each]) => `${name}/${each}`).toSorted());
	});
});

const run = (command: readonly string[], ...whats: readonly string[]): Promise<RunResult> => {
	const asked = whats.map((what) => specs[names.indexOf(what)] ?? '');
	return runNodetop([...command, '--timeout', '20s', ...asked]);
};

describe('the commands say the same:', () => {
	it.each([
		['a Prometheus whose answers lack what one store has', 1, /WARNING.*all its stores/],
		['a Prometheus without targets', 3, /UNKNOWN.*it has no targets/],
		[
			'a Prometheus that scraped nothing for four minutes',
			3,
			/UNKNOWN.*a:1 \(its figures are (?:3m 59s|4m)/,
		],
		['a site that asked its node two hours ago', 3, /UNKNOWN.*asked it last/],
		['a QuDAG node that is active, with an hour without finality', 1, /WARNING.*become final/],
		[
			'metrics stamped an hour ago',
			3,
			/UNKNOWN.*its figures are .*\nconsensus: 1 unknown: .*is old/,
		],
	] as const)('health of %s exits with %i', async (what, exitCode, line) => {
		const { stdout, ...result } = await run(['health'], what);
		expect(stdout).toMatch(line);
		expect(result.exitCode).toBe(exitCode);
	});

	it('diagnose of old figures names what keeps them, and no restart', async () => {
		const { stdout } = await run(['diagnose', '--for', '2s'], 'metrics stamped an hour ago');
		expect(stdout).toMatch(/what answers is old/);
		expect(stdout).not.toMatch(/restart/);
	});

	it('status and --once print it', async () => {
		const whats = ['metrics stamped an hour ago', 'a site without nodes'];
		for (const command of ['status', '--once']) {
			const { stdout } = await run([command], ...whats);
			expect(stdout).toMatch(/figures are .* old/);
			expect(stdout).toMatch(/it watches no node/);
		}
	});
});
