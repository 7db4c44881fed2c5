import { expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import type { Look } from '../../components/look.ts';
import { latencyLines } from '../../screens/storage/transfer-lines.ts';

const plain = createLook({ theme: 'dark', isAscii: true, colorDepth: 1 });
/** Shows the tone of each piece. */
const look: Look = { ...plain, paint: (tone, text) => `<${tone}>${text}` };

it.each([
	[0, 'dim'],
	[3, 'bad'],
])('%i slow transfers have the tone %s', (above10s, tone) => {
	const counts = { below1s: 5, below5s: 0, below10s: 0, above10s };
	const transfers = { succeeded: 5, canceled: 0, failed: 0 };
	const latencies = [{ action: 'GET', ...counts }];
	const lines = latencyLines(look, { ...transfers, latencies }, 80);
	expect(lines.find((each) => each.includes('above 10 s'))).toMatch(
		new RegExp(`<${tone}> +${above10s}$`),
	);
	expect(lines.find((each) => each.includes('5 to 10 s'))).toMatch(/<dim> +0$/);
});

it('names the columns of the counts of each action', () => {
	const counts = { below1s: 5, below5s: 40, below10s: 3, above10s: 2 };
	const transfers = { succeeded: 50, canceled: 0, failed: 0 };
	const latencies = [{ action: 'GET', ...counts }];
	const lines = latencyLines(
		{ ...plain, paint: (_tone, text) => text },
		{ ...transfers, latencies },
		50,
	);
	expect(lines.slice(4).map((each) => each.trimEnd())).toEqual([
		'              <1s  1–5s 5–10s  >10s',
		'GET             5    40     3     2',
	]);
});
