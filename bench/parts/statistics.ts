import { parsePrometheusText } from '../../source/adapters/prometheus-text.ts';
import type { Figure } from '../figures.ts';
import { measureNetworkStats } from '../network-stats.ts';
import type { BenchSettings } from './settings.ts';

const textBytes = 5_000_000;

/** Work without processes: statistics of peers, and reading metrics. */
export function measureStatistics({ runs }: BenchSettings): Promise<Figure[]> {
	const { statsMs, dayBytes } = measureNetworkStats();
	const text = exposition();
	const speeds: number[] = [];
	for (let run = 0; run <= runs; run += 1) {
		const startedAt = performance.now();
		parsePrometheusText(text, { wants: (name) => name === 'chain_head_block' });
		const seconds = (performance.now() - startedAt) / 1000;
		// The first run is of code that is not compiled.
		if (run > 0) speeds.push(text.length / seconds / 1e6);
	}
	return Promise.resolve([
		{ name: 'network stats of 1,000 peers', unit: 'ms', runs: [statsMs], target: 10 },
		{ name: 'statistics of 10 nodes, after a day', unit: 'MB', runs: [dayBytes / 1e6], target: 5 },
		{
			name: 'metrics of 5 MB, scanned',
			unit: 'MB/s',
			runs: speeds,
			target: 200,
			isMoreBetter: true,
		},
	]);
}

/** Histograms with labels, as clients serve them, and one gauge among them. */
function exposition(): string {
	const lines: string[] = ['chain_head_block 19000000'];
	for (let length = 0, index = 0; length < textBytes; index += 1) {
		const line = `p2p_message_seconds_bucket{peer="16Uiu2HAm${index}",type="block",le="0.${index % 10}"} ${index}`;
		lines.push(line);
		length += line.length + 1;
	}
	return lines.join('\n');
}
