import type { CheckValue } from '../../sections/health/component-health.ts';
import { formatBytes, formatMs, formatRatio } from '../../domain/format.ts';
import { diskLow } from '../checks.ts';
import type { DirectoryFacts } from '../local/directory.ts';
import { thresholds } from '../thresholds.ts';
import { asJudged, byValues, troubled, unseen, well } from './component-check.ts';
import type { ComponentCheck, ComponentInput, Outcome } from './component-check.ts';
import { numberOf } from './observations.ts';

const reachable: ComponentCheck = {
	component: 'storage',
	name: 'reachable',
	issue: 'storageUnreachable',
	isIndependent: true,
	async run({ local }) {
		const seen = await local.directory();
		if ('because' in seen) return unseen(seen.because);
		if (!('problem' in seen.value)) return well('its data directory can be read');
		return troubled({
			severity: 'critical',
			message: 'its data directory cannot be read',
			evidence: seen.value.problem,
			nextStep: 'see whether the disk is mounted, and the kernel’s log',
		});
	},
};

/** What the node tells of its storage, else of its disk, else what its data directory shows. */
const space: ComponentCheck = {
	component: 'storage',
	name: 'space',
	issue: 'spaceLow',
	isIndependent: true,
	async run(input) {
		const { node, local } = input;
		const seen = await local.directory();
		if ('value' in seen && !('problem' in seen.value)) return judgeDirectory(seen.value);
		if (node.poll.status === 'failed') return unseen('the node does not answer');
		const capacity = numberOf(node.storage?.capacityBytes) ?? 0;
		const free = numberOf(node.storage?.freeBytes);
		if (free !== undefined && capacity > 0) {
			const { storageWarningRatio: warning, storageCriticalRatio: critical } = thresholds;
			return judgeFree(free, capacity, { warning, critical });
		}
		const total = numberOf(node.resources?.diskTotalBytes);
		const available = numberOf(node.resources?.diskAvailableBytes);
		if (available === undefined || total === 0) {
			return unseen('the node does not tell, and no dataDirectory is configured for it');
		}
		return asJudged(diskLow, input, `${formatBytes(available)} free`, diskValues(available, total));
	},
};

const diskLevels = {
	warning: thresholds.diskWarningRatio,
	critical: thresholds.diskCriticalRatio,
} as const;

/** Of how much is not told by every node; then what is free counts by itself. */
function diskValues(available: number, total: number | undefined): CheckValue[] {
	const free: CheckValue = { name: 'available', value: available, unit: 'bytes' };
	if (total !== undefined) return [freeRatio(available / total, diskLevels), free];
	const { diskWarningBytes: warning, diskCriticalBytes: critical } = thresholds;
	return [{ ...free, trouble: 'below', warning, critical }];
}

function judgeDirectory({ availableBytes, totalBytes, inodes }: DirectoryFacts): Outcome {
	if (totalBytes === 0) return unseen('the file system of its data directory tells no size');
	const inodesFree = inodes && inodes.free / inodes.total;
	if (inodesFree !== undefined && inodesFree < thresholds.inodesWarningRatio) {
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
	return judgeFree(availableBytes, totalBytes, diskLevels);
}

function judgeFree(
	free: number,
	whole: number,
	levels: { readonly warning: number; readonly critical: number },
): Outcome {
	const message = `${formatRatio(free / whole)} free, ${formatBytes(free)}`;
	return byValues(
		[freeRatio(free / whole, levels), { name: 'available', value: free, unit: 'bytes' }],
		{
			message: `storage is nearly full: ${message}`,
			nextStep: 'free space or add a disk before the node has to stop',
		},
		message,
	);
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
	isIndependent: true,
	async run({ node, local }) {
		const own =
			node.poll.status === 'failed' ? undefined : node.consensus?.latenciesMs?.['diskSync'];
		const ms = own?.p99 ?? own?.avg;
		if (ms !== undefined) return judgeWrite(ms, 'its log is synced in');
		const seen = await local.directory();
		if ('because' in seen) return unseen(`the node does not tell, and ${seen.because}`);
		if ('problem' in seen.value) return unseen('its data directory cannot be read');
		const { write } = seen.value;
		if (write === undefined) return unseen('the node does not tell, and testWrites is not set');
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
	return byValues(
		[
			{
				name: 'writeLatency',
				value: ms / 1000,
				unit: 'seconds',
				trouble: 'above',
				warning: thresholds.writeWarningMs / 1000,
				critical: thresholds.writeCriticalMs / 1000,
			},
		],
		{ message, nextStep: 'see what else uses the disk, and its health: smartctl, iostat' },
		message,
	);
}

/** From the node's own complaints, and from audits where others check what it stores. */
const corruption: ComponentCheck = {
	component: 'storage',
	name: 'corruption',
	issue: 'dataCorrupt',
	run({ node }: ComponentInput) {
		const complaint = node.selfReport?.reasons.find((reason) => /corrupt/i.test(reason));
		if (complaint !== undefined) {
			return troubled({
				severity: 'critical',
				message: 'the node calls its data corrupt',
				evidence: complaint,
				nextStep: 'stop it, keep the data, and restore it from a peer or a backup',
			});
		}
		const scores = (node.reputation?.satellites ?? [])
			.map(({ auditScore }) => auditScore)
			.filter((score) => score !== undefined);
		if (scores.length === 0) return unseen('the node does not tell whether its data is whole');
		const value = Math.min(...scores);
		const message = `lowest audit score ${formatRatio(value)}`;
		return byValues(
			[
				{
					name: 'auditScore',
					value,
					unit: 'ratio',
					trouble: 'below',
					warning: thresholds.auditScoreWarning,
					critical: thresholds.auditScoreCritical,
				},
			],
			{ message, nextStep: 'check the disk and the data at once: files are missing or damaged' },
			message,
		);
	},
};

export const storageComponent: readonly ComponentCheck[] = [
	reachable,
	space,
	writeLatency,
	corruption,
];
