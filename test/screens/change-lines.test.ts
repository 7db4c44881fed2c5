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
