import type { CheckValue } from '../../sections/health/component-health.ts';
import { formatBytes, formatMs, formatRatio } from '../../domain/format.ts';
import type { DirectoryFacts } from '../local/directory.ts';
import { diskLevels, diskLevelsBytes } from '../../sections/resources/findings.ts';
import { findings as reputation } from '../../sections/reputation/findings.ts';
import { findings } from '../../sections/storage/findings.ts';
import { asJudged, byValues, troubled, unseen, well } from './component-check.ts';
import type { ComponentCheck, Outcome } from './component-check.ts';
import { numberOf } from './observations.ts';

const reachable: ComponentCheck = {
	component: 'storage',
	name: 'reachable',
	issue: 'storageUnreachable',
	async run({ local }) {
		const seen = await local.directory();
		if ('because' in seen) return unseen(seen.because);
		if (!('problem' in seen.value)) return well('its data directory can be read');
		return troubled({
			severity: 'critical',
			message: 'its data directory cannot be read',
			evidence: seen.value.problem,
			nextStep: findings.storageUnreachable.nextStep,
		});
	},
};

/** What the node reports of its storage, or else of its disk, or else what its data directory shows. */
const space: ComponentCheck = {
	component: 'storage',
	name: 'space',
	issue: 'spaceLow',
	async run(input) {
		const { node, local } = input;
		const seen = await local.directory();
		if ('value' in seen && !('problem' in seen.value)) return judgeDirectory(seen.value);
		if (node.poll.status === 'failed') return unseen('the node does not answer');
		const capacity = numberOf(node.storage?.capacityBytes) ?? 0;
		const free = numberOf(node.storage?.freeBytes);
		if (free !== undefined && capacity > 0) {
			const { warning, critical } = findings.storageFull.condition.below;
			const values = freeValues(free, capacity, { warning, critical });
			return asJudged('storageFull', input, freeMessage(free, capacity), values);
		}
		const total = numberOf(node.resources?.diskTotalBytes);
		const available = numberOf(node.resources?.diskAvailableBytes);
		if (available === undefined || total === 0) {
			return unseen('the node does not report it, and no dataDirectory is configured for it');
		}
		return asJudged(
			'diskLow',
			input,
			`${formatBytes(available)} free`,
			diskValues(available, total),
		);
	},
};

/** Not every node reports the total; then only the free space counts. */
function diskValues(available: number, total: number | undefined): CheckValue[] {
	const free: CheckValue = { name: 'available', value: available, unit: 'bytes' };
	if (total !== undefined) return [freeRatio(available / total, diskLevels), free];
	return [{ ...free, trouble: 'below', ...diskLevelsBytes }];
}

/** Share of the inodes of the data directory's file system. */
const inodesLeast = 0.05;

function judgeDirectory({ availableBytes, totalBytes, inodes }: DirectoryFacts): Outcome {
	if (totalBytes === 0) return unseen('the file system of its data directory reports no size');
	const inodesFree = inodes && inodes.free / inodes.total;
	if (inodesFree !== undefined && inodesFree < inodesLeast) {
		return troubled(
			{
				severity: 'warning',
				message: 'no more files can be made soon',
				evidence: `${formatRatio(inodesFree)} of the inodes are free`,
				nextStep: 'remove files, however small',
			},
			[{ name: 'inodesFree', value: inodesFree, unit: 'ratio' }],
		);
	}
	const message = freeMessage(availableBytes, totalBytes);
	return byValues(
		freeValues(availableBytes, totalBytes, findings.spaceLow.limits.below),
		{ message: `storage is nearly full: ${message}`, nextStep: findings.spaceLow.nextStep },
		message,
	);
}

function freeMessage(free: number, whole: number): string {
	return `${formatRatio(free / whole)} free, ${formatBytes(free)}`;
}

function freeValues(
	free: number,
	whole: number,
	levels: { readonly warning: number; readonly critical: number },
): CheckValue[] {
	return [freeRatio(free / whole, levels), { name: 'available', value: free, unit: 'bytes' }];
}

function freeRatio(
	value: number,
	levels: { readonly warning: number; readonly critical: number },
): CheckValue {
	return { name: 'free', value, unit: 'ratio', trouble: 'below', ...levels };
}

/** What the node itself measures when it syncs its log, else a test write where the user asked for one. */
const writeLatency: ComponentCheck = {
	component: 'storage',
	name: 'writeLatency',
	issue: 'writesSlow',
	async run({ node, local }) {
		const own =
			node.poll.status === 'failed' ? undefined : node.consensus?.latenciesMs?.['diskSync'];
		const ms = own?.p99 ?? own?.avg;
		if (ms !== undefined) return judgeWrite(ms, 'its log is synced in');
		const seen = await local.directory();
		if ('because' in seen) return unseen(`the node does not report it, and ${seen.because}`);
		if ('problem' in seen.value) return unseen('its data directory cannot be read');
		const { write } = seen.value;
		if (write === undefined)
			return unseen('the node does not report it, and testWrites is not set');
		if ('ms' in write) return judgeWrite(write.ms, '4 KiB are written in');
		return troubled({
			severity: 'critical',
			message: 'nothing can be written to its data directory',
			evidence: write.problem,
			nextStep: 'see whether the disk is full, or mounted read-only after an error',
		});
	},
};

function judgeWrite(ms: number, what: string): Outcome {
	const message = `${what} ${formatMs(ms)}`;
	const { limits, nextStep } = findings.writesSlow;
	return byValues(
		[
			{
				name: 'writeLatency',
				value: ms / 1000,
				unit: 'seconds',
				trouble: 'above',
				...limits.above,
			},
		],
		{ message, nextStep },
		message,
	);
}

/** From the node's own complaints, and from audits where others check what it stores. */
const corruption: ComponentCheck = {
	component: 'storage',
	name: 'corruption',
	issue: 'dataCorrupt',
	run(input) {
		const { node } = input;
		const complaint = node.selfReport?.reasons.find((reason) => /corrupt/i.test(reason));
		if (complaint !== undefined) {
			return troubled({
				severity: 'critical',
				message: 'the node calls its data corrupt',
				evidence: complaint,
				nextStep: findings.dataCorrupt.nextStep,
			});
		}
		const scores = (node.reputation?.satellites ?? [])
			.map(({ auditScore }) => auditScore)
			.filter((score) => score !== undefined);
		if (scores.length === 0) return unseen('the node does not report whether its data is intact');
		const value = Math.min(...scores);
		const { warning, critical } = reputation.auditScoreLow.condition.below;
		return asJudged('auditScoreLow', input, `lowest audit score ${formatRatio(value)}`, [
			{ name: 'auditScore', value, unit: 'ratio', trouble: 'below', warning, critical },
		]);
	},
};

export const storageComponent: readonly ComponentCheck[] = [
	reachable,
	space,
	writeLatency,
	corruption,
];
