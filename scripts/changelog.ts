/** The changelog with its `Unreleased` part under a version and a date, and an empty one above it. */
export function releaseChangelog(text: string, version: string, date: string): string {
	const heading = '## Unreleased\n';
	if (!text.includes(heading)) throw new Error('changelog.md has no "## Unreleased"');
	const [, unreleased = ''] = text.split(heading);
	if (!/^- /m.test(unreleased.split(/^## /m)[0] ?? ''))
		throw new Error('changelog.md has no entry under "## Unreleased"');
	return text.replace(heading, `${heading}\n## ${version} (${date})\n`);
}

/** What is wrong with the form of the changelog: groups of one-line entries, nothing else. */
export function changelogProblems(text: string): string[] {
	const groups = new Set(['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security']);
	return text.split('\n').flatMap((line, index) => {
		const group = /^### (.*)$/.exec(line)?.[1];
		const isFine =
			line === '' ||
			/^- \S.*\.$/.test(line) ||
			(group !== undefined && groups.has(group)) ||
			/^## (?:Unreleased|\d+\.\d+\.\d+ \(\d{4}-\d{2}-\d{2}\))$/.test(line) ||
			(index === 0 && line === '# Changelog');
		return isFine ? [] : [`changelog.md:${index + 1}: ${line}`];
	});
}
