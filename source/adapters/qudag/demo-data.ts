import type { Integer } from '../../domain/scalars.ts';

/** What a reply says of the DAG, under whatever names. */
interface DagNumbers {
	readonly vertices: Integer | undefined;
	readonly edges: Integer | undefined;
	readonly tips?: Integer | undefined;
	readonly finalized?: Integer | undefined;
	readonly pending?: Integer | undefined;
	readonly perSecond?: number | undefined;
}

/** Compiled into qudag-mcp's resource `dag://state`: they look live and never change. */
const compiledIn = {
	tips: 7,
	finalized: 156_234,
	pending: 23,
	perSecond: 1250.5,
} as const satisfies Partial<DagNumbers>;

export const demoDataNote =
	'static demo data: these DAG numbers are compiled into qudag-mcp, so they are not shown';

/**
 * Says whether the numbers are qudag-mcp's constants: vertices and edges are theirs, and so is
 * everything else that the reply holds.
 */
export function isDemoData(numbers: DagNumbers): boolean {
	if (numbers.vertices !== 42_789 || numbers.edges !== 85_432) return false;
	return (['tips', 'finalized', 'pending', 'perSecond'] as const).every(
		(name) => numbers[name] === undefined || numbers[name] === compiledIn[name],
	);
}
