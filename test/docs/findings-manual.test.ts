import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { findingsManual } from '../../scripts/findings-table.ts';

it('docs/findings.md is as the findings are (npm run rules writes it)', () => {
	const manual = readFileSync(new URL('../../docs/findings.md', import.meta.url), 'utf8');
	expect(manual).toBe(findingsManual());
});
