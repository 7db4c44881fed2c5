import { expect, it } from 'vitest';
import { guideLines } from '../../components/guide-lines.ts';
import { createLook } from '../../components/look.ts';

const look = createLook({ theme: 'mono', isAscii: false, colorDepth: 1 });
const drawn = (width: number, height: number) =>
	guideLines(look, groups, width, height).map((text) =>
		text.replaceAll(/\u001B\[[\d;]*m/g, '').trimEnd(),
	);
const groups = [
	{
		title: 'Here',
		steps: [
			{ does: 'S', text: 'silences' },
			{ does: 'z', text: 'snoozes', isDetail: true },
		],
	},
	{ title: 'There', steps: [{ does: 'nodetop alerts silence node=alpha', text: 'the same' }] },
];

it('groups stand side by side where it is wide, and a long command above what it does', () => {
	expect(drawn(40, 10)).toEqual([
		'Here',
		'  S  silences',
		'  z  snoozes',
		'',
		'There',
		'  nodetop alerts silence node=alpha',
		'    the same',
	]);
	expect(drawn(115, 10)[0]).toMatch(/^Here {55}There$/);
});

it('details are left out first where it is low, then groups from the end', () => {
	expect(drawn(40, 6)).toEqual(drawn(40, 10).filter((text) => !text.includes('snoozes')));
	expect(drawn(40, 3)).toEqual(['Here', '  S  silences']);
	expect(drawn(40, 1)).toEqual([]);
});

it('a long group goes on in the next column', () => {
	const steps = Array.from({ length: 20 }, (_, index) => ({ does: `k${index}`, text: 'does it' }));
	const long = guideLines(look, [{ title: 'All', steps }, ...groups], 115, 14);
	expect(long.join('\n')).toContain('k19');
	expect(long.length).toBeLessThanOrEqual(14);
});
