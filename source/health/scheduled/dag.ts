import { formatCount, formatRatio } from '../../domain/format.ts';
import type { Vertex } from '../../sections/dag/schema.ts';
import { findings } from '../../sections/dag/findings.ts';
import { asJudged, inapplicable, troubled, unseen, well } from './component-check.ts';
import type { ComponentCheck } from './component-check.ts';
import { numberOf } from './observations.ts';

/** Vertices that do not come, seen twice in a row, and a sample that contradicts itself. */
const consistency: ComponentCheck = {
	component: 'dag',
	name: 'consistency',
	issue: 'dagInconsistent',
	run({ node, noted, notedBefore }) {
		const recent = node.dag?.recent;
		const missing = noted.missingVertices;
		if (recent === undefined && missing === undefined) {
			return unseen('the node reports neither its vertices nor the missing ones');
		}
		const contradiction = recent && findContradiction(recent);
		const values =
			missing === undefined
				? []
				: [{ name: 'missingVertices', value: missing, unit: 'count' } as const];
		if (contradiction !== undefined) {
			return troubled(
				{
					severity: 'critical',
					message: contradiction,
					nextStep: findings.dagInconsistent.nextStep,
				},
				values,
			);
		}
		if (missing !== undefined && missing > 0 && (notedBefore?.missingVertices ?? 0) > 0) {
			return troubled(
				{
					severity: 'warning',
					message:
						missing === 1
							? '1 vertex that others refer to has not come'
							: `${formatCount(missing)} vertices that others refer to have not come`,
					evidence: 'so it was at the check before',
					nextStep: findings.verticesMissing.nextStep,
				},
				values,
				'verticesMissing',
			);
		}
		return well(
			recent === undefined
				? 'no vertex is missing for long'
				: `${recent.length} newest vertices agree`,
			values,
		);
	},
};

/** A vertex above its own parent, or its own ancestor: no honest history holds either. */
export function findContradiction(recent: readonly Vertex[]): string | undefined {
	const byId = new Map(recent.map((vertex) => [vertex.id, vertex]));
	for (const vertex of recent) {
		for (const id of vertex.parents) {
			if (id === vertex.id) return `vertex ${shown(id)} is its own parent`;
			const layer = byId.get(id)?.layer;
			if (layer !== undefined && vertex.layer !== undefined && layer > vertex.layer) {
				return `vertex ${shown(vertex.id)} in layer ${vertex.layer} has a parent in ${layer}`;
			}
		}
	}
	return findCycle(byId);
}

/** Takes away what has no parents in the sample, again and again; what is left goes in a circle. */
function findCycle(byId: ReadonlyMap<string, Vertex>): string | undefined {
	const left = new Map(byId);
	let removed = -1;
	while (removed !== 0) {
		removed = 0;
		for (const [id, { parents }] of left) {
			if (parents.some((parent) => left.has(parent))) continue;
			left.delete(id);
			removed++;
		}
	}
	const [first] = left.keys();
	return first === undefined ? undefined : `vertex ${shown(first)} descends from itself`;
}

function shown(id: string): string {
	return id.length > 12 ? `${id.slice(0, 12)}…` : id;
}

const orphans: ComponentCheck = {
	component: 'dag',
	name: 'orphans',
	issue: 'orphansHigh',
	run(input) {
		const orphaned = numberOf(input.node.dag?.orphaned);
		const vertices = numberOf(input.node.dag?.vertices);
		if (orphaned === undefined) return unseen('the node does not count orphaned vertices');
		if (vertices === undefined || vertices === 0) {
			return unseen('it is not known of how many vertices');
		}
		const value = orphaned / vertices;
		const { warning } = findings.orphansHigh.condition.above;
		return asJudged('orphansHigh', input, `${formatRatio(value)} of its vertices are orphaned`, [
			{ name: 'orphaned', value, unit: 'ratio', trouble: 'above', warning },
		]);
	},
};

const tipGrowth: ComponentCheck = {
	component: 'dag',
	name: 'tipGrowth',
	issue: 'tipsGrowing',
	run(input) {
		const tips = numberOf(input.node.dag?.tips);
		if (tips === undefined) return unseen('the node does not count its tips');
		return asJudged('tipsGrowing', input, `${formatCount(tips)} ${tips === 1 ? 'tip' : 'tips'}`, [
			{ name: 'tips', value: tips, unit: 'count' },
		]);
	},
};

const branchingRounds = 5;

/** Against its own mean: what is usual differs from network to network. */
const branching: ComponentCheck = {
	component: 'dag',
	name: 'branching',
	issue: 'branchingChanged',
	run({ node, notedBefore }) {
		const factor = node.dag?.branchingFactor;
		if (factor === undefined) return unseen('the node reports no branching factor');
		const usual = notedBefore?.branching;
		if (usual === undefined || usual.rounds < branchingRounds || usual.mean === 0) {
			return unseen(`${factor.toFixed(2)}; what is usual is known after ${branchingRounds} checks`);
		}
		const change = factor / usual.mean;
		const most = findings.branchingChanged.limits.above;
		const values = [{ name: 'branching', value: factor, unit: 'count' } as const];
		if (change <= most && change >= 1 / most) return well(`${factor.toFixed(2)} as usual`, values);
		return troubled(
			{
				severity: 'warning',
				message: `branching is ${factor.toFixed(2)}, usual is ${usual.mean.toFixed(2)}`,
				nextStep: findings.branchingChanged.nextStep,
			},
			values,
		);
	},
};

/** A node that answers, and says nothing of a DAG, has none: its kind may have one elsewhere. */
function whereThereIsOne(check: ComponentCheck): ComponentCheck {
	return {
		...check,
		run: (input) =>
			input.node.dag === undefined && input.node.poll.status === 'ok'
				? inapplicable('this node reports no DAG')
				: check.run(input),
	};
}

export const dagComponent: readonly ComponentCheck[] = [
	consistency,
	orphans,
	tipGrowth,
	branching,
].map(whereThereIsOne);
