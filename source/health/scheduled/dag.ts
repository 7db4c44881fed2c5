import { formatCount, formatRatio } from '../../domain/format.ts';
import type { Vertex } from '../../sections/dag/schema.ts';
import { thresholds } from '../thresholds.ts';
import { byValues, troubled, unseen, well } from './component-check.ts';
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
			return unseen('the node tells neither its vertices nor what it misses');
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
					nextStep: 'compare its vertices with another node’s; check its disk',
				},
				values,
			);
		}
		if (missing !== undefined && missing > 0 && (notedBefore?.missingVertices ?? 0) > 0) {
			return troubled(
				{
					severity: 'warning',
					message: `${formatCount(missing)} vertices that others refer to have not come`,
					evidence: 'so it was at the check before',
					nextStep: 'check its peers: nobody gives it these vertices',
				},
				values,
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
	run({ node }) {
		const orphaned = numberOf(node.dag?.orphaned);
		const vertices = numberOf(node.dag?.vertices);
		if (orphaned === undefined) return unseen('the node does not count orphaned vertices');
		if (vertices === undefined || vertices === 0) {
			return unseen('it is not known of how many vertices');
		}
		const value = orphaned / vertices;
		const message = `${formatRatio(value)} of its vertices are orphaned`;
		const warning = thresholds.orphansWarningRatio;
		return byValues(
			[{ name: 'orphaned', value, unit: 'ratio', trouble: 'above', warning }],
			{ message, nextStep: 'check the latency to its peers and its clock' },
			message,
		);
	},
};

const newestMs = 60_000;
const leastMs = 240_000;

/** Tips of the last minute against those of the minutes before. */
const tipGrowth: ComponentCheck = {
	component: 'dag',
	name: 'tipGrowth',
	issue: 'tipsGrowing',
	run({ node, recent, target }) {
		const tips = numberOf(node.dag?.tips);
		if (tips === undefined) return unseen('the node does not count its tips');
		const samples = recent.last('dag.tips', 300).filter((value) => !Number.isNaN(value));
		// At long intervals the samples that are kept span enough.
		const newest = Math.max(1, Math.round(newestMs / target.intervalMs));
		if (samples.length < Math.max(4, Math.round(leastMs / target.intervalMs))) {
			return unseen('not watched for four minutes yet');
		}
		const now = mean(samples.slice(-newest));
		const before = mean(samples.slice(0, -newest));
		if (before === 0) return unseen('there were no tips before');
		const isFew = now - before < thresholds.tipGrowthLeast;
		const warning = thresholds.tipGrowthWarningRatio;
		return byValues(
			[
				{
					name: 'tipGrowth',
					value: now / before,
					unit: 'ratio',
					...(!isFew && { trouble: 'above', warning }),
				},
			],
			{
				message: `${(now / before).toFixed(1)} times as many tips as before`,
				evidence: `${now.toFixed(0)} against ${before.toFixed(0)}`,
				nextStep: 'vertices are not referred to: check its peers and their latency',
			},
			`${formatCount(tips)} tips`,
		);
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
		if (factor === undefined) return unseen('the node tells no branching factor');
		const usual = notedBefore?.branching;
		if (usual === undefined || usual.rounds < branchingRounds || usual.mean === 0) {
			return unseen(`${factor.toFixed(2)}; what is usual is known after ${branchingRounds} checks`);
		}
		const change = factor / usual.mean;
		const most = thresholds.branchingWarningRatio;
		const values = [{ name: 'branching', value: factor, unit: 'count' } as const];
		if (change <= most && change >= 1 / most) return well(`${factor.toFixed(2)} as usual`, values);
		return troubled(
			{
				severity: 'warning',
				message: `branching is ${factor.toFixed(2)}, usual is ${usual.mean.toFixed(2)}`,
				nextStep: 'see who makes the vertices, and whether peers pass them on',
			},
			values,
		);
	},
};

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

export const dagComponent: readonly ComponentCheck[] = [consistency, orphans, tipGrowth, branching];
