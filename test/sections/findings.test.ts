import { describe, expect, it } from 'vitest';
import { ruleEntrySchema } from '../../source/domain/rule.ts';
import { componentChecks } from '../../source/health/scheduled/registry.ts';
import { builtInRules, findingOf, findings } from '../../source/sections/findings.ts';
import type { Finding } from '../../source/sections/finding.ts';
import { codeOf, ruleNameOf } from '../../source/sections/rule-names.ts';

const all = Object.entries<Finding>(findings);
/** Codes that no finding has: a node of a site that does not answer. */
const explanations = ['siteUnreachable'];

describe.each(all)('finding %s', (code, finding) => {
	it('has a hold time, a meaning and a next step', () => {
		expect(finding.holdMs).toBeGreaterThanOrEqual(0);
		expect(finding.meaning).toMatch(/^[A-Z].*\.$/);
		expect(finding.meaning.length).toBeLessThan(180);
		expect(finding.nextStep).not.toBe('');
	});

	it('has a rule of the same name with its timing and its severity', () => {
		const name = ruleNameOf(code);
		expect(codeOf(name)).toBe(code);
		expect(findingOf(name)).toBe(finding);
		const rule = ruleEntrySchema.parse(builtInRules[name]);
		expect(rule).toMatchObject({ forMs: finding.holdMs, component: finding.component });
		expect(rule.severity).toBe(finding.severity);
		expect(rule.keepFiringForMs).toBe(finding.keepFiringMs);
	});

	it('says what is bad: by a condition, by limits or in words', () => {
		const isMeasured = 'condition' in finding || ('limits' in finding && finding.limits);
		expect(Boolean(isMeasured) || finding.bad !== undefined).toBe(true);
	});

	it('names findings and checks that there are', () => {
		const named = [...(finding.frozenBy ?? []), ...(finding.mutes?.codes ?? [])];
		const known = new Set([...Object.keys(findings), ...explanations, '*']);
		expect(named.filter((each) => !known.has(each))).toEqual([]);
		if (!('check' in finding)) return;
		const checks = componentChecks.map((check) => `${check.component}.${check.name}`);
		expect(checks).toContain(finding.check);
	});
});

it('every code is there once', () => {
	const names = all.map(([code]) => ruleNameOf(code));
	expect(new Set(names).size).toBe(names.length);
	expect(Object.keys(builtInRules)).toEqual(names);
});

it('a rule of the user’s own has no finding', () => {
	expect(findingOf('my-own-rule')).toBeUndefined();
	expect(findingOf('constructor')).toBeUndefined();
});
