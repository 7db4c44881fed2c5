import { expect, it } from 'vitest';
import { scoreLevels } from '../../source/sections/reputation/levels.ts';
import {
	lostStanding,
	toneOfAudit,
	toneOfScore,
} from '../../source/sections/reputation/standing.ts';

const at = '2026-01-02T03:04:05Z';
const well = { satellite: 'a', auditScore: 1 };
const suspended = { satellite: 'b', suspendedAt: at };
const disqualified = { satellite: 'c', disqualifiedAt: at };

it.each([
	[undefined, undefined, 'good', 'good'],
	[[well], undefined, 'good', 'good'],
	[[well, suspended], 'suspended', 'warn', 'plain'],
	[[suspended, disqualified, well], 'disqualified', 'bad', 'plain'],
] as const)(
	'satellites %j: %s, and the scores of the others are %s and %s',
	(satellites, lost, audit, online) => {
		const all = satellites && [...satellites];
		expect(lostStanding(all)).toBe(lost);
		expect(toneOfAudit(1, all)).toBe(audit);
		expect(toneOfScore(1, scoreLevels.online, all)).toBe(online);
	},
);

it.each([
	[0.98, 'good'],
	[0.979, 'warn'],
	[0.97, 'warn'],
	[0.969, 'bad'],
	[0, 'bad'],
])('without a loss an audit score of %d is %s', (score, tone) => {
	expect(toneOfAudit(score, [well])).toBe(tone);
	expect(toneOfScore(score, scoreLevels.audit, [well])).toBe(tone);
});
