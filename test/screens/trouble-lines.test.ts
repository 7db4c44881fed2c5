import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { troubleLines } from '../../screens/overview/trouble-lines.ts';
import type { Issue } from '../../source/sections/health/schema.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';

const look = createLook({ theme: 'mono', isAscii: false, colorDepth: 1 });
const since = '2026-01-01T00:00:00.000Z';

function node(name: string, issues: readonly Partial<Issue>[]): NodeMoment {
	const snapshot = {
		target: { name, kind: 'evm', url: 'http://n' },
		poll: { status: 'ok', failures: 0 },
		health: {
			status: issues.length === 0 ? 'up' : 'degraded',
			issues: issues.map((issue) => ({
				code: 'c',
				component: 'network',
				severity: 'warning',
				message: 'few peers',
				since,
				...issue,
			})),
		},
	};
	// Nothing else of a moment is read.
	return { snapshot } as unknown as NodeMoment;
}

const nodes = [
	node('well', []),
	node('dag-1', [
		{ severity: 'critical', message: 'unreachable', evidence: '3 polls', nextStep: 'start it' },
		{ message: 'few peers 1 < 3' },
	]),
	node('busy', [{ severity: 'info', message: 'the machine is busy' }]),
	node('evm-1', [{ message: 'no peers', nextStep: 'open its port' }]),
];

const drawn = (height: number, list = nodes) =>
	troubleLines(look, list, 60, height).map((line) => {
		expect(stripVTControlCharacters(line)).toHaveLength(60);
		return stripVTControlCharacters(line).trimEnd();
	});

it('each finding of each node with its evidence and the next step; information is none', () => {
	expect(drawn(20)).toEqual([
		'dag-1  ✖ unreachable · 3 polls',
		'         → start it',
		'       ▲ few peers 1 < 3',
		'evm-1  ▲ no peers',
		'         → open its port',
	]);
});

it('counts those without room, and of the first as much as there is room for', () => {
	expect(drawn(4)).toEqual([
		'dag-1  ✖ unreachable · 3 polls',
		'         → start it',
		'       ▲ few peers 1 < 3',
		'and 1 more node',
	]);
	expect(drawn(2)).toEqual(['dag-1  ✖ unreachable · 3 polls', 'and 1 more node']);
	expect(drawn(1)).toEqual([]);
	expect(drawn(20, nodes.slice(0, 1))).toEqual([]);
});
