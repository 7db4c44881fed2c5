import { expect, it } from 'vitest';
import { builtInRules } from '../../source/sections/findings.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import { simulate, startMs } from './helpers.ts';

it('a clock of ours that is an hour off is one alert, and no block is called old', () => {
	const run = simulate(buildRuleSet(builtInRules));
	const hourMs = 3_600_000;
	const iso = (ms: number) => new Date(ms).toISOString();
	for (let second = 0; second <= 120; second += 5) {
		const nowMs = startMs + second * 1000;
		const clock = { offsetMs: -hourMs, uncertaintyMs: 500, source: 'httpDate' as const };
		const head = { number: 100 + second, at: iso(nowMs - hourMs) };
		const nodes = ['a', 'b', 'c'].map((name) => ({
			name,
			clock,
			chain: { head },
			network: { peers: 9 },
		}));
		run.after(second === 0 ? 0 : 5000, nodes, {
			witness: {
				verdict: 'clock',
				at: iso(nowMs),
				since: iso(startMs),
				message: 'the clock of this machine is 1 h ahead',
				evidence: [],
				failing: ['a', 'b', 'c'],
			},
		});
	}
	expect(run.events()).toEqual(['pending own-clock', 'fired own-clock']);
});
