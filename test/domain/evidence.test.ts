import { expect, it } from 'vitest';
import { addedBy } from '../../source/domain/evidence.ts';

it.each([
	['99.4%, threshold 95.0%', 'fully busy: 99.4%', 'threshold 95.0%'],
	['28.9%, threshold 15.0%', '28.9% of its views end by timeout', 'threshold 15.0%'],
	['9%, threshold 5%', 'full: 99%', '9%, threshold 5%'],
	['15, threshold 0', 'saw 15 equivocations in 5 min', undefined],
	['1m 25s, threshold 0s', 'disqualified by us1.storj.io', undefined],
	['1.2 s, threshold 0.5 s', 'is slow', '1.2 s, threshold 0.5 s'],
	['2 of 3, as each says', 'seen by 2 of 3', '2 of 3, as each says'],
	['last at 2026-11-30T20:21:22.085Z', 'stalled', 'last at 2026-11-30 20:21:22 UTC'],
	['', 'stalled', undefined],
	[undefined, 'stalled', undefined],
])('%s beside "%s"', (evidence, message, added) => {
	expect(addedBy(evidence, message)).toBe(added);
});
