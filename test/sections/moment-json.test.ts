import { describe, expect, it } from 'vitest';
import { UserError } from '../../source/domain/errors.ts';
import { alertingOff } from '../../source/sections/alerting/schema.ts';
import { readMoment, writeMoment } from '../../source/sections/moment-json.ts';
import type { Moment } from '../../source/sections/moment.ts';
import { appendSample, lastSamples, noSamples } from '../../source/sections/samples.ts';

const moment: Moment = {
	atMs: Date.UTC(2026, 0, 2),
	nodes: [
		{
			snapshot: {
				target: { name: 'n1', kind: 'evm', url: 'http://127.0.0.1:1' },
				poll: { status: 'ok', failures: 0 },
				health: { status: 'up', issues: [] },
			},
			samples: [{ a: 1 }, { b: 0.1 }, { a: 3 }].reduce(
				(samples, row, n) => appendSample(samples, n, row),
				noSamples,
			),
			site: 'east',
			network: {
				sinceMs: 5,
				peakBytesInPerSecond: 9,
				messageRates: new Map([['__proto__', { sentPerSecond: 1.5 }]]),
				peerLatencies: new Map([['p1', { values: Float32Array.of(0.1, 2, 99), length: 2 }]]),
			},
			isInsecure: true,
		},
	],
	groups: [],
	witness: undefined,
	alerts: [],
	alerting: { ...alertingOff, problems: ['no channel'] },
};

describe('a moment as JSON', () => {
	it('is read back as it was, gaps and late columns included', () => {
		const read = readMoment(writeMoment(moment));
		expect(writeMoment(read)).toBe(writeMoment(moment));
		const [node] = read.nodes;
		expect(node && lastSamples(node.samples, 'a', 9)).toEqual([1, Number.NaN, 3]);
		expect(node && lastSamples(node.samples, 'b', 9)).toEqual([0.1, Number.NaN]);
		expect(node?.network?.messageRates.get('__proto__')).toEqual({ sentPerSecond: 1.5 });
		expect(node?.network?.peerLatencies.get('p1')?.length).toBe(2);
	});

	it('can go on where it ended', () => {
		const [node] = readMoment(writeMoment(moment)).nodes;
		const samples = node && appendSample(node.samples, 4, { a: 7 });
		expect(samples && lastSamples(samples, 'a', 9)).toEqual([1, Number.NaN, 3, 7]);
	});

	it.each([
		['{', /it is not JSON/],
		['{}', /schema/],
		[writeMoment(moment).replace('"atMs":', '"other":'), /atMs/],
		[writeMoment(moment).replace('"times":[0,1,2]', '"times":[0]'), /longer than its times/],
		[
			writeMoment(moment).replace(
				'"times":[0,1,2]',
				`"times":[${Array.from({ length: 301 }, (_, n) => n).join()}]`,
			),
			/times/,
		],
	])('refuses what nodetop did not write: %.20s', (text, why) => {
		expect(() => readMoment(text)).toThrow(UserError);
		expect(() => readMoment(text)).toThrow(why);
	});

	it('makes every text safe to print', () => {
		const hostile = writeMoment(moment).replace('"n1"', '"n\\u001b[2J1"');
		expect(readMoment(hostile).nodes[0]?.snapshot.target.name).toBe('n1');
	});
});
