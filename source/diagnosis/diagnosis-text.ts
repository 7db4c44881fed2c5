import type { Diagnosis, Finding } from './diagnose.ts';

const places: Readonly<Record<Finding['place'], string>> = {
	node: 'the node',
	path: 'the path to it',
	us: 'this machine',
	chain: 'the whole network',
};

/** Diagnoses as plain text: the likeliest cause of each node in full, the others in one line each. */
export function toDiagnosisText(diagnoses: readonly Diagnosis[]): string {
	return diagnoses.map((diagnosis) => blockOf(diagnosis).join('\n')).join('\n\n') + '\n';
}

function blockOf({ node, verdict, findings }: Diagnosis): string[] {
	const [first, ...others] = findings;
	if (!first) return [`${node}: ${verdicts[verdict]}`];
	return [
		`${node}: ${first.title}`,
		`  where       ${places[first.place]}`,
		`  confidence  ${first.confidence}`,
		...list('because', first.for),
		...list('but', first.against),
		...list('next', first.next),
		`  not so if   ${first.disproof}`,
		...others.map(
			({ title, confidence }, index) =>
				`${index === 0 ? '  also' : '      '}        ${confidence}: ${title}`,
		),
	];
}

const verdicts: Readonly<Record<Diagnosis['verdict'], string>> = {
	found: '',
	healthy: 'no problem is visible from here',
	unexplained: 'not well, but no known cause fits; see `nodetop status` for what troubles it',
	notKnown: 'not polled yet',
};

function list(label: string, texts: readonly string[]): string[] {
	return texts.map((text, index) => `  ${(index === 0 ? label : '').padEnd(10)}  ${text}`);
}
