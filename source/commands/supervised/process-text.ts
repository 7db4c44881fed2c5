import type { HealthReport } from '../../lifecycle/health/report.ts';
import type { ProcessStatus } from '../../lifecycle/protocol.ts';

const valueColumn = 14;
const unknown = '—';

/** `2h 30m 45s`: every unit from the largest that is not zero. */
export function formatExactUptime(seconds: number): string {
	const parts = [
		[Math.floor(seconds / 86_400), 'd'],
		[Math.floor((seconds % 86_400) / 3600), 'h'],
		[Math.floor((seconds % 3600) / 60), 'm'],
		[Math.floor(seconds % 60), 's'],
	] as const;
	const first = parts.findIndex(([value]) => value > 0);
	return parts
		.slice(first < 0 ? -1 : first)
		.map(([value, unit]) => `${value}${unit}`)
		.join(' ');
}

/** `State: running` and so on, one a line. */
export function toProcessText(status: ProcessStatus): string {
	const { state, pid, uptimeSeconds, restarts, health, version, network, reason, problem } = status;
	const isWell = state === 'running' || state === 'stopped';
	const lines: readonly (readonly [string, string])[] = [
		['State', state],
		['PID', pid === undefined ? unknown : String(pid)],
		['Uptime', uptimeSeconds === undefined ? unknown : formatExactUptime(uptimeSeconds)],
		['Restarts', String(restarts)],
		['Health', health],
		['Version', version ?? unknown],
		['Network', network ?? unknown],
		...(!isWell && reason !== undefined ? ([['Reason', reason]] as const) : []),
		...(problem === undefined ? [] : ([['Problem', problem]] as const)),
	];
	return lines.map(([label, value]) => `${`${label}:`.padEnd(valueColumn)}${value}\n`).join('');
}

/** What `status --process --json` prints of a node. */
export function toProcessJson({
	name,
	state,
	pid,
	uptimeSeconds,
	restarts,
	health,
	version,
	network,
	reason,
	problem,
}: ProcessStatus): object {
	return { name, state, pid, uptimeSeconds, restarts, health, version, network, reason, problem };
}

const checkTitles: Readonly<Record<string, string>> = {
	process: 'Process',
	rpc_endpoint: 'RPC endpoint',
	peer_count: 'Peers',
	sync_status: 'Sync',
	disk: 'Disk',
};

/** One line for each check. */
export function toHealthText({ healthy, checks }: HealthReport): string {
	const lines = Object.entries(checks).map(([name, check]) => {
		if (check === undefined) return '';
		const { healthy: isHealthy, message, ...values } = check;
		const figures = Object.entries(values).map(([key, value]) => `${key} ${String(value)}`);
		const said = [...(message === undefined ? [] : [message]), ...figures].join(', ');
		return `  ${isHealthy ? '✓' : '✗'} ${(checkTitles[name] ?? name).padEnd(valueColumn)}${said}\n`;
	});
	return `${healthy ? 'healthy' : 'unhealthy'}\n${lines.join('')}`;
}
