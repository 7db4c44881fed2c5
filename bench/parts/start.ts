import type { Figure } from '../figures.ts';
import { timeProcess, timeUntil } from '../measure.ts';
import { startDemo } from './demo.ts';
import { bin } from './settings.ts';
import type { BenchSettings } from './settings.ts';

/** Times against an empty run of the same Node, taken in turn. */
export async function measureStart({ runs }: BenchSettings): Promise<Figure[]> {
	const version: number[] = [];
	const once: number[] = [];
	const firstByte: number[] = [];
	const firstFrame: number[] = [];
	const demo = await startDemo();
	try {
		const url = demo.nodes[0]?.url ?? '';
		const onceArguments = [bin, '--once', '--json', url];
		// The first run fills the compile cache.
		timeProcess([bin, '--version']);
		timeProcess(onceArguments);
		for (let run = 0; run < runs; run += 1) {
			const bareMs = timeProcess(['-e', '0']);
			version.push(timeProcess([bin, '--version']) / bareMs);
			once.push(timeProcess(onceArguments) / bareMs);
			firstByte.push((await timeUntil([bin, url], (_text, raw) => raw !== '')) / bareMs);
			firstFrame.push((await timeUntil([bin, url], (text) => text.includes('Overview'))) / bareMs);
		}
	} finally {
		await demo.stop();
	}
	return [
		{ name: '--version / node -e 0', unit: '×', runs: version, target: 1.1 },
		{ name: '--once --json of a local node / node -e 0', unit: '×', runs: once, target: 3 },
		{ name: 'first byte / node -e 0', unit: '×', runs: firstByte, target: 1.3 },
		{ name: 'first full frame / node -e 0', unit: '×', runs: firstFrame, target: 3 },
	];
}
