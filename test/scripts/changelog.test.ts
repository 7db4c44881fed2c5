import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { changelogProblems, releaseChangelog } from '../../scripts/changelog.ts';

describe('changelog', () => {
	it('is grouped in entries of one line', () => {
		const text = readFileSync(new URL('../../changelog.md', import.meta.url), 'utf8');
		expect(changelogProblems(text)).toEqual([]);
	});

	it('finds what is not of that form', () => {
		const text = '# Changelog\n\n## Unreleased\n\n### New\n\n- a thing\n  on two lines.\n';
		expect(changelogProblems(text)).toEqual([
			'changelog.md:5: ### New',
			'changelog.md:7: - a thing',
			'changelog.md:8:   on two lines.',
		]);
	});

	it('gets a dated heading at a release, and an empty part above it', () => {
		const text =
			'# Changelog\n\n## Unreleased\n\n### Fixed\n\n- A thing.\n\n## 0.1.0 (2026-01-01)\n';
		expect(releaseChangelog(text, '0.2.0', '2026-02-03')).toBe(
			'# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-02-03)\n\n### Fixed\n\n- A thing.\n\n## 0.1.0 (2026-01-01)\n',
		);
	});

	it.each([
		['# Changelog\n', 'has no "## Unreleased"'],
		['# Changelog\n\n## Unreleased\n\n## 0.1.0 (2026-01-01)\n\n- A thing.\n', 'has no entry'],
	])('refuses a release of nothing', (text, message) => {
		expect(() => releaseChangelog(text, '0.2.0', '2026-02-03')).toThrow(message);
	});
});
