import { expect, it } from 'vitest';
import { evidenceOf } from '../../source/diagnosis/issues.ts';
import { at, node } from '../analysis/nodes.ts';

const textOf = (message: string, evidence?: string) => {
	const issue = {
		code: 'cpuBusy',
		component: 'resources',
		severity: 'info',
		since: at(0),
	} as const;
	const issues = [{ ...issue, message, evidence }];
	const busy = { ...node('a', {}), health: { status: 'degraded' as const, issues } };
	return evidenceOf(busy, { cpuBusy: 1 }).map(({ text }) => text);
};

it.each([
	['fully busy: 99.4%', '99.4%, threshold 95.0%', 'fully busy: 99.4%, threshold 95.0%'],
	['is slow', '1.2 s, threshold 1 s', 'is slow: 1.2 s, threshold 1 s'],
	['full: 9%', '99%, threshold 95%', 'full: 9%: 99%, threshold 95%'],
	['cut off', 'no route', 'cut off: no route'],
	['cut off', undefined, 'cut off'],
])('%s with the evidence %s', (message, evidence, text) => {
	expect(textOf(message, evidence)).toEqual([text]);
});
