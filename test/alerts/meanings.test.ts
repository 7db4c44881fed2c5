import { describe, expect, it } from 'vitest';
import { aboutRule } from '../../source/alerts/rules/about.ts';
import { meanings } from '../../source/alerts/rules/meanings.ts';
import { builtInRules } from '../../source/alerts/rules/registry.ts';
import { checks } from '../../source/health/checks.ts';

describe('what alerts mean', () => {
	it('is said of every built-in rule, and of nothing else', () => {
		expect(Object.keys(meanings).toSorted()).toEqual(Object.keys(builtInRules).toSorted());
	});

	it.each(Object.entries(meanings))('is a whole sentence of a few lines: %s', (_rule, meaning) => {
		expect(meaning).toMatch(/^[A-Z].*\.$/);
		expect(meaning.length).toBeLessThan(180);
	});

	it('is known of a finding by the rule that asks for it', () => {
		expect(aboutRule('pollFailed')).toEqual({
			meaning: meanings['node-down'],
			component: 'poll',
		});
		expect(aboutRule('my-own-rule')).toEqual({});
		const codes = checks.map(({ code }) => code);
		expect(codes.filter((code) => !aboutRule(code).component)).toEqual([]);
		// Its meaning depends on the state that the node tells.
		expect(codes.filter((code) => !aboutRule(code).meaning)).toEqual(['consensusTroubled']);
	});
});
