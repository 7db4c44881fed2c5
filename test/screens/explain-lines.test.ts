import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { unexplainedLines } from '../../screens/node/explain.tsx';
import type { Diagnosis } from '../../source/diagnosis/diagnose.ts';
import type { Issue } from '../../source/sections/health/schema.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';

const look = createLook({ theme: 'mono', isAscii: false, colorDepth: 1 });

function drawn(severity: Issue['severity'], confidence?: 'certain' | 'possible'): string[] {
	const issue = { severity, message: 'disqualified by us1', nextStep: 'it is final' };
	const health = { status: 'degraded', issues: [issue] };
	// Nothing else of a node and of a finding is read.
	const node = { snapshot: { health } } as unknown as NodeMoment;
	const findings = confidence === undefined ? [] : [{ confidence }];
	const diagnosis = { verdict: 'found', findings } as unknown as Diagnosis;
	return unexplainedLines(look, node, diagnosis, 40).map((line) =>
		stripVTControlCharacters(line).trimEnd(),
	);
}

it('what is wrong stands above a cause that is a guess, or that is not known', () => {
	const whole = ['✖ disqualified by us1', '    → it is final', ''];
	expect(drawn('critical', 'possible')).toEqual(whole);
	expect(drawn('critical')).toEqual(whole);
});

it('a cause that is certain stands alone, and information is nothing wrong', () => {
	expect(drawn('critical', 'certain')).toEqual([]);
	expect(drawn('info', 'possible')).toEqual([]);
});
