import { formatBytes } from '../../domain/format.ts';
import type { Findings } from '../finding.ts';

const minuteMs = 60_000;
const twoChecksMs = 45_000;

/** Free share of a disk. */
export const diskLevels = { warning: 0.1, critical: 0.05 };
/** Free bytes, for nodes that do not report the size of their disk. */
export const diskLevelsBytes = { warning: 5 * 2 ** 30, critical: 2 ** 30 };

export const findings = {
	diskLow: {
		component: 'resources',
		onePer: 'host',
		holdMs: 10_000,
		keepFiringMs: 10_000,
		needs: ['resources.diskAvailableBytes'],
		limits: { below: diskLevels },
		unit: 'ratio',
		bad: `or below ${formatBytes(diskLevelsBytes.warning)} (critical ${formatBytes(diskLevelsBytes.critical)}) free where the size is not known`,
		mutes: { codes: ['selfReported', 'spaceLow'], by: 'node' },
		when({ node: { resources } }) {
			const free = Number(resources?.diskAvailableBytes);
			const total = Number(resources?.diskTotalBytes);
			const isSized = resources?.diskTotalBytes !== undefined;
			if (Number.isNaN(free) || (isSized && !(total > 0))) return undefined;
			const value = isSized ? free / total : free;
			const levels = isSized ? diskLevels : diskLevelsBytes;
			if (value >= levels.warning) return undefined;
			const isCritical = value < levels.critical;
			return {
				severity: isCritical ? 'critical' : 'warning',
				message: 'disk is nearly full',
				evidence: isSized ? `${(value * 100).toFixed(1)} % free` : `${formatBytes(free)} free`,
				...(isSized && { value, threshold: isCritical ? levels.critical : levels.warning }),
			};
		},
		meaning: 'When the disk is full, most nodes stop, and some corrupt their database.',
		nextStep: 'free space or add a disk before the node stops',
	},
	memoryLow: {
		component: 'resources',
		onePer: 'host',
		condition: {
			value: { field: 'resources.memoryAvailableBytes', per: 'resources.memoryTotalBytes' },
			below: { warning: 0.05 },
		},
		holdMs: minuteMs,
		keepFiringMs: 30_000,
		unit: 'ratio',
		message: 'memory is nearly full: {value} available',
		meaning: 'When memory runs out, the system kills a process, usually the largest one: the node.',
		nextStep: 'find which process grew: top, ps aux --sort=-rss',
	},
	memoryPressure: {
		component: 'resources',
		onePer: 'host',
		check: 'resources.memoryPressure',
		isSeenHere: true,
		// Share of a minute in which some task waited for memory; critical is systemd-oomd's own limit.
		limits: { above: { warning: 0.2, critical: 0.6 } },
		holdMs: 2 * minuteMs,
		keepFiringMs: minuteMs,
		unit: 'ratio',
		meaning: 'Processes wait for memory. Soon the kernel may kill one of them, perhaps the node.',
		nextStep: 'find what uses the memory, and check whether the machine swaps: top, vmstat 1',
	},
	cpuBusy: {
		component: 'resources',
		onePer: 'host',
		severity: 'info',
		condition: {
			where: [{ value: { field: 'resources.source' }, oneOf: ['host'] }],
			value: { field: 'resources.cpuRatio' },
			atLeast: 0.95,
		},
		holdMs: 10 * minuteMs,
		keepFiringMs: minuteMs,
		unit: 'ratio',
		message: 'the host’s processors are fully busy: {value}',
		meaning: 'The processors are fully used; votes and blocks may come late.',
		nextStep: 'find which process uses them: top',
	},
	cpuThrottled: {
		component: 'resources',
		severity: 'warning',
		check: 'resources.cpuThrottling',
		isSeenHere: true,
		limits: { above: 0.25 },
		holdMs: 5 * minuteMs,
		keepFiringMs: minuteMs,
		unit: 'ratio',
		meaning: 'The node’s own CPU limit slows it down, even when the machine is idle.',
		nextStep: 'raise its CPU quota (CPUQuota=, --cpus, limits.cpu)',
	},
	descriptorsHigh: {
		component: 'resources',
		severity: 'warning',
		check: 'resources.descriptors',
		isSeenHere: true,
		condition: {
			value: { field: 'resources.openFiles', per: 'resources.openFilesLimit' },
			atLeast: 0.8,
		},
		holdMs: minuteMs,
		keepFiringMs: 30_000,
		unit: 'ratio',
		message: 'file descriptors run out: {value} of the limit are open',
		meaning: 'At the limit the node can open no more files or connections.',
		nextStep: 'raise the limit (LimitNOFILE, ulimit -n) and restart the node',
	},
	threadsHigh: {
		component: 'resources',
		severity: 'warning',
		check: 'resources.threads',
		isSeenHere: true,
		limits: { above: 0.8 },
		holdMs: twoChecksMs,
		keepFiringMs: twoChecksMs,
		unit: 'ratio',
		meaning: 'At the limit no new thread can start, and unrelated parts of the node fail.',
		nextStep: 'raise the limit (TasksMax=, kernel.threads-max), or find what leaks them',
	},
} satisfies Findings;
