import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { changeLines } from '../../screens/changes/change-lines.ts';
import type { Change } from '../../source/history/changes.ts';
import type { Tone } from '../../source/domain/tone.ts';

const look = createLook({ theme: 'dark', isAscii: false, colorDepth: 24 });

it.each<[string, Change, string, Tone]>([
	[
		'what began',
		{ kind: 'finding', node: 'a', what: 'peersFew', to: 'few peers' },
		'few peers',
		'warn',
	],
	[
		'what began and is grave',
		{ kind: 'finding', node: 'a', what: 'nodeDown', to: 'refused', severity: 'critical' },
		'refused',
		'bad',
	],
	[
		'what is over',
		{ kind: 'finding', node: 'a', what: 'peersFew', from: 'few peers' },
		'over: few peers',
		'label',
	],
	[
		'health that is well',
		{ kind: 'health', node: 'a', from: 'down', to: 'up' },
		'down → up',
		'good',
	],
	['health that is not', { kind: 'health', node: 'a', from: 'up', to: 'down' }, 'up → down', 'bad'],
])('%s has its own tone', (_what, change, text, tone) => {
	const [line = ''] = changeLines(look, [change], 100);
	expect(line).toContain(look.paint(tone, text));
});

it('begins with the time, keeps to the width, and tells the notes apart', () => {
	const linesAt = (all: readonly Change[], width: number) =>
		changeLines(look, all, width).map((text) => stripVTControlCharacters(text));
	const changes: readonly Change[] = [
		{ kind: 'health', node: 'validator', from: 'up', to: 'down', at: '2026-01-02T03:04:05.000Z' },
		{
			kind: 'finding',
			node: 'validator',
			what: 'nodeDown',
			to: 'connection refused',
			severity: 'critical',
			at: '2026-01-02T03:04:05.000Z',
		},
	];
	expect(linesAt(changes, 70)).toEqual([
		'03:04:05 ✖ validator connection refused · up → down                   ',
	]);
	expect(linesAt(changes, 40)).toEqual([
		'03:04:05 ✖ validator connection refused ',
		'                     up → down          ',
	]);
	const dayBefore: Change = {
		kind: 'node',
		node: 'b',
		to: 'watched',
		at: '2026-01-01T23:00:00.000Z',
	};
	expect(linesAt([...changes, dayBefore], 70)[1]).toBe(
		'01-01 23:00:00   b         now watched                                ',
	);
});
