import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { issueLines } from '../../screens/node/issue-lines.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';

const look = createLook({ theme: 'mono', isAscii: false, colorDepth: 1 });
const issue = { component: 'network', severity: 'warning', since: '2026-01-01T00:00:00.000Z' };
const health = {
	issues: [
		{ ...issue, message: 'few peers: 1', evidence: '1, threshold 3', nextStep: 'open its port' },
		{ ...issue, message: 'cut off', evidence: 'no common vertex', nextStep: 'check the links' },
		{ ...issue, message: 'slow', evidence: '3 s', nextStep: 'check the path' },
	],
};
// Nothing else of a moment is read.
const node = { snapshot: { health } } as unknown as NodeMoment;

const drawn = (height?: number) =>
	issueLines(look, node, 30, height).map((text) => {
		expect(stripVTControlCharacters(text)).toHaveLength(30);
		return stripVTControlCharacters(text).trimEnd();
	});

it('each issue with what its evidence adds, and the next step', () => {
	expect(drawn()).toEqual([
		'▲ few peers: 1',
		'    threshold 3',
		'    → open its port',
		'▲ cut off',
		'    no common vertex',
		'    → check the links',
		'▲ slow',
		'    3 s',
		'    → check the path',
	]);
});

it('leaves out the evidence first, then whole issues, and says how many', () => {
	expect(drawn(8)).toEqual([
		'▲ few peers: 1',
		'    → open its port',
		'▲ cut off',
		'    → check the links',
		'▲ slow',
		'    → check the path',
	]);
	expect(drawn(5)).toEqual([
		'▲ few peers: 1',
		'    → open its port',
		'▲ cut off',
		'    → check the links',
		'  and 1 more',
	]);
	expect(drawn(4)).toEqual(['▲ few peers: 1', '    → open its port', '  and 2 more']);
	expect(drawn(1)).toEqual(['▲ few peers: 1 …']);
});
