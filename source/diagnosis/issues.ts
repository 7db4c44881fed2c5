import { addedBy } from '../domain/evidence.ts';
import type { FindingCode } from '../sections/findings.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import type { Evidence } from './case.ts';

/** How much each finding says for a cause. */
type FindingWeights = Readonly<Partial<Record<FindingCode, Evidence['weight']>>>;

/** The node's issues of these codes as evidence, in the words of the findings. */
export function evidenceOf({ health }: NodeSnapshot, weights: FindingWeights): readonly Evidence[] {
	const byCode: Readonly<Record<string, Evidence['weight']>> = weights;
	return health.issues.flatMap(({ code, message, evidence }) => {
		const weight = byCode[code];
		if (weight === undefined) return [];
		return [{ weight, text: joined(message, evidence) }];
	});
}

function joined(message: string, evidence: string | undefined): string {
	const added = addedBy(evidence, message);
	if (added === undefined) return message;
	return added.startsWith('threshold ') ? `${message}, ${added}` : `${message}: ${added}`;
}

export function hasIssue({ health }: NodeSnapshot, codes: readonly string[]): boolean {
	return health.issues.some(({ code }) => codes.includes(code));
}
