import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { traceroute } from '../../source/network-tests/tests/traceroute.ts';
import { tools } from '../../source/network-tests/tests/traceroute-output.ts';
import { collecting, testedNodeAt } from './tested-node.ts';

function read(tool: string, file: string) {
	const text = readFileSync(`test/fixtures/traceroute/${file}.txt`, 'utf8');
	const { readLine } = tools.find(({ name }) => name === tool) ?? {};
	return text
		.split('\n')
		.map((line) => readLine?.(line))
		.filter((hop) => hop !== undefined);
}

describe('what the tools print', () => {
	it.each([
		['traceroute', 'traceroute-2.1.2-routed'],
		['mtr', 'mtr-0.95-routed'],
		['tracepath', 'tracepath-20221126-routed'],
	])('%s tells the three hops of a routed path', (tool, file) => {
		const hops = read(tool, file);
		const addresses = new Map(hops.map(({ hop, address }) => [hop, address]));
		expect([...addresses]).toEqual([
			[1, '10.77.0.2'],
			[2, '10.77.1.2'],
			[3, '10.77.2.2'],
		]);
		for (const { rttMs } of hops) expect(Math.max(...rttMs)).toBeLessThan(1);
	});

	it('reads silent probes, refusals and hops of two hosts', () => {
		expect(read('traceroute', 'traceroute-2.1.2-gaps')).toEqual([
			{ hop: 1, address: '10.77.0.2', rttMs: [0.239, 0.195], lostProbes: 1 },
			{ hop: 2, rttMs: [], lostProbes: 3 },
			{ hop: 3, address: '10.77.1.2', rttMs: [1.204, 1.377], lostProbes: 1 },
		]);
	});

	it.each(tools.map(({ name, argv }) => [name, argv] as const))(
		'gives %s one address and flags of its own, nothing else',
		(_name, argv) => {
			expect(argv('192.0.2.1').at(-1)).toBe('192.0.2.1');
			expect(argv('192.0.2.1').slice(0, -1)).toEqual(argv('::1').slice(0, -1));
		},
	);
});

const isInstalled = ['traceroute', 'tracepath', 'mtr'].some((name) =>
	['/usr/bin', '/usr/sbin', '/bin', '/sbin'].some((directory) =>
		existsSync(`${directory}/${name}`),
	),
);

describe('traceroute', () => {
	it.skipIf(!isInstalled)(
		'runs the system’s own (skipped where none of traceroute, tracepath, mtr is installed)',
		async () => {
			const { samples, context } = collecting();
			const summary = await traceroute.run(await testedNodeAt('http://127.0.0.1:1'), {}, context);
			expect(summary).toMatchObject({ outcome: 'measured', isReached: true, route: ['127.0.0.1'] });
			expect(samples).toHaveLength(1);
		},
	);

	it('never hands a name to a program', async () => {
		const tested = await testedNodeAt('http://127.0.0.1:1');
		const endpoint = { ...tested.endpoint, address: '-oProxyCommand=id' };
		const summary = await traceroute.run({ ...tested, endpoint }, {}, collecting().context);
		expect(summary.outcome).toBe('cannot');
	});
});
