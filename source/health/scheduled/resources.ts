import type { CheckValue } from '../../sections/health/component-health.ts';
import { formatBytes, formatCount, formatRatio } from '../../domain/format.ts';
import { findings } from '../../sections/resources/findings.ts';
import { parsePressure } from '../local/pressure.ts';
import type { Pressure } from '../local/pressure.ts';
import { asJudged, byValues, notSeen, troubled, unseen, well } from './component-check.ts';
import type { ComponentCheck, Outcome } from './component-check.ts';
import { numberOf } from './observations.ts';

const memory: ComponentCheck = {
	component: 'resources',
	name: 'memory',
	issue: 'memoryLow',
	run(input) {
		const available = numberOf(input.node.resources?.memoryAvailableBytes);
		const total = numberOf(input.node.resources?.memoryTotalBytes) ?? 0;
		if (available === undefined || total === 0) {
			return unseen('the node does not report its available memory');
		}
		const value = available / total;
		const { warning } = findings.memoryLow.condition.below;
		return asJudged('memoryLow', input, `${formatBytes(available)} available`, [
			{ name: 'memoryAvailable', value, unit: 'ratio', trouble: 'below', warning },
		]);
	},
};

/** Of the process's own group where it has one, else of the whole machine. */
const memoryPressure: ComponentCheck = {
	component: 'resources',
	name: 'memoryPressure',
	issue: 'memoryPressure',
	async run({ local }) {
		const process = await local.process();
		const own =
			'value' in process ? parsePressure(process.value.cgroup.memoryPressure ?? '') : undefined;
		if (own) return judgePressure(own, 'its group');
		const seen = await local.memoryPressure();
		return 'because' in seen ? notSeen(seen) : judgePressure(seen.value, 'the machine');
	},
};

function judgePressure({ someRatio, fullRatio }: Pressure, whose: string): Outcome {
	const { limits, nextStep } = findings.memoryPressure;
	const message = `${whose} waited for memory in ${formatRatio(someRatio)} of the last minute`;
	return byValues(
		[
			{
				name: 'memoryPressure',
				value: someRatio,
				unit: 'ratio',
				trouble: 'above',
				...limits.above,
			},
			...(fullRatio === undefined
				? []
				: [{ name: 'memoryPressureFull', value: fullRatio, unit: 'ratio' } as const]),
		],
		{ message, nextStep },
		message,
	);
}

const cpu: ComponentCheck = {
	component: 'resources',
	name: 'cpu',
	issue: 'cpuBusy',
	run(input) {
		const { cpuRatio: value, source } = input.node.resources ?? {};
		if (value === undefined) return unseen('the node does not report its CPU usage');
		const whose = source === 'host' ? 'of the machine' : 'of one core';
		return asJudged('cpuBusy', input, `${formatRatio(value)} ${whose}`, [
			{ name: 'cpu', value, unit: 'ratio' },
		]);
	},
};

/** The share of periods in which a CPU quota held the node back, since the check before. */
const cpuThrottling: ComponentCheck = {
	component: 'resources',
	name: 'cpuThrottling',
	issue: 'cpuThrottled',
	async run({ local, notedBefore }) {
		const process = await local.process();
		if ('because' in process) return notSeen(process);
		const { pid, startTicks, cgroup } = process.value;
		const { throttling } = cgroup;
		if (!throttling) return unseen('its control group reports no throttling');
		if (throttling.periods === 0) return well('no CPU quota holds it back');
		const before = notedBefore?.process;
		const isSame = before?.pid === pid && before.startTicks === startTicks;
		const earlier = isSame ? before.cgroup.throttling : undefined;
		if (!earlier) return unseen('known from the second check on');
		const periods = throttling.periods - earlier.periods;
		if (periods <= 0) return well('it did not run under its quota since the last check');
		const value = Math.max(0, throttling.throttled - earlier.throttled) / periods;
		const message = `held back in ${formatRatio(value)} of its CPU periods`;
		const { limits, nextStep } = findings.cpuThrottled;
		const warning = limits.above;
		return byValues(
			[{ name: 'cpuThrottled', value, unit: 'ratio', trouble: 'above', warning }],
			{ message, nextStep },
			message,
		);
	},
};

/** Read from the process itself if possible, or else reported by the node. */
const descriptors: ComponentCheck = {
	component: 'resources',
	name: 'descriptors',
	issue: 'descriptorsHigh',
	async run(input) {
		const process = await input.local.process();
		const own = 'value' in process ? process.value : undefined;
		if (own?.openFiles !== undefined && own.openFilesLimit !== undefined) {
			return judgeOpenFiles(own.openFiles, own.openFilesLimit);
		}
		const { openFiles, openFilesLimit } = input.node.resources ?? {};
		const limit = numberOf(openFilesLimit) ?? 0;
		if (input.node.poll.status === 'failed' || openFiles === undefined || limit === 0) {
			const because = 'because' in process ? process.because : 'its limit is not known';
			return unseen(`the node does not report it, and ${because}`);
		}
		return judgeOpenFiles(openFiles, limit);
	},
};

function judgeOpenFiles(open: number, limit: number): Outcome {
	const { condition, nextStep } = findings.descriptorsHigh;
	const warning = condition.atLeast;
	const value = open / limit;
	const counts = `${formatCount(open)} of ${formatCount(limit)} open`;
	const values = [{ name: 'openFiles', value, unit: 'ratio', trouble: 'above', warning }] as const;
	if (value < warning) return well(counts, values);
	const message = 'file descriptors run out';
	return troubled({ severity: 'warning', message, evidence: counts, nextStep }, values);
}

/** Against the limit of its control group, else against that of the whole machine. */
const threads: ComponentCheck = {
	component: 'resources',
	name: 'threads',
	issue: 'threadsHigh',
	async run({ local, node }) {
		const process = await local.process();
		if ('because' in process) {
			const told = node.poll.status === 'failed' ? undefined : node.resources?.threads;
			return unseen(
				told === undefined
					? `the node does not report it, and ${process.because}`
					: `${threadsText(told)}, of an unknown limit: ${process.because}`,
			);
		}
		const { cgroup, system, threads: own } = process.value;
		const isGrouped = cgroup.processesLimit !== undefined;
		const used = isGrouped ? cgroup.processes : system.threads;
		const limit = isGrouped ? cgroup.processesLimit : system.limit;
		if (used === undefined || limit === undefined || limit === 0) {
			return unseen(`${threadsText(own)}, of an unknown limit`);
		}
		const whose = isGrouped ? 'its group has' : 'the machine has';
		const message = `${threadsText(own)}; ${whose} ${formatCount(used)} of ${formatCount(limit)}`;
		const { limits, nextStep } = findings.threadsHigh;
		const warning = limits.above;
		const values: CheckValue[] = [
			{ name: 'threads', value: own, unit: 'count' },
			{ name: 'threadsUsed', value: used / limit, unit: 'ratio', trouble: 'above', warning },
		];
		return byValues(values, { message, nextStep }, message);
	},
};

const threadsText = (count: number): string =>
	`${formatCount(count)} ${count === 1 ? 'thread' : 'threads'}`;

export const resourcesComponent: readonly ComponentCheck[] = [
	memory,
	memoryPressure,
	cpu,
	cpuThrottling,
	descriptors,
	threads,
];
