import { cpus, loadavg } from 'node:os';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { baselineOf, regressions, tableOf } from './figures.ts';
import type { Baseline, Figure } from './figures.ts';
import { measureBytes, measureFleet } from './parts/fleet.ts';
import { measureManyPolls, measureScreen } from './parts/many.ts';
import { longSettings, shortSettings } from './parts/settings.ts';
import type { BenchSettings } from './parts/settings.ts';
import { measureStart } from './parts/start.ts';
import { measureStatistics } from './parts/statistics.ts';

/**
 * What nodetop costs, beside other programs in the same windows on the same nodes:
 *
 *   npm run bench -- [--short] [--only PART,…] [--json] [--save] [--compare]
 *
 * `--save` writes the ratios to bench/baseline.json; `--compare` exits with 1 where one is more than 15 % worse
 * than there. A target that is missed is marked, and fails nothing.
 */
const parts: Readonly<Record<string, (settings: BenchSettings) => Promise<Figure[]>>> = {
	statistics: measureStatistics,
	start: measureStart,
	fleet: measureFleet,
	bytes: measureBytes,
	screen: measureScreen,
	polls: measureManyPolls,
};
const { values } = parseArgs({
	options: {
		short: { type: 'boolean', default: false },
		only: { type: 'string', default: Object.keys(parts).join(',') },
		json: { type: 'boolean', default: false },
		save: { type: 'boolean', default: false },
		compare: { type: 'boolean', default: false },
	},
});
const baselineFile = fileURLToPath(new URL('baseline.json', import.meta.url));
const settings = values.short ? shortSettings : longSettings;

const loadBefore = loadavg()[0];
const figures: Figure[] = [];
for (const name of values.only.split(',')) {
	const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
	if (!part) throw new Error(`unknown part ${name}: one of ${Object.keys(parts).join(', ')}`);
	process.stderr.write(`${name} …\n`);
	const found = await part(settings);
	// Each part as it ends: a later one may fail.
	if (!values.json) process.stdout.write(`${tableOf(found)}\n`);
	figures.push(...found);
}

const machine = { cores: cpus().length, node: process.version, load: [loadBefore, loadavg()[0]] };
if (values.json) process.stdout.write(`${JSON.stringify({ machine, figures }, undefined, '\t')}\n`);
else {
	const [from = 0, to = 0] = machine.load;
	const load = `load ${from.toFixed(1)} to ${to.toFixed(1)}`;
	process.stdout.write(`${machine.cores} cores, Node ${machine.node}, ${load}\n`);
}
if (values.save) {
	// A part that was not measured keeps its ratios.
	const kept = { ...readBaseline(), ...baselineOf(figures) };
	writeFileSync(baselineFile, `${JSON.stringify(kept, undefined, '\t')}\n`);
}
if (values.compare) {
	const worse = regressions(figures, readBaseline());
	for (const line of worse) process.stderr.write(`worse: ${line}\n`);
	if (worse.length > 0) process.exitCode = 1;
}

function readBaseline(): Baseline {
	try {
		return JSON.parse(readFileSync(baselineFile, 'utf8')) as Baseline; // Ours.
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
		throw error;
	}
}
