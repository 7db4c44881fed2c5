import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { emptyHome, runNodetop } from '../helpers/run-nodetop.ts';

/** 1000 in `npm run test:slow`, where the memory has a limit too. */
const megabytes = Number(process.env['NODETOP_SEARCH_MB'] ?? 24);
const mostBytes = megabytes >= 1000 ? 60_000_000 : Number.POSITIVE_INFINITY;

const batch = Array.from(
	{ length: 1000 },
	(_, index) =>
		`2026-01-02T03:04:05.678Z O INFO Imported new potential chain segment number=${index} peers=${index % 50}\n`,
).join('');

/** A home with the log of a node that does not run, in files as the log has them. */
function homeWithLog(bytes: number): { readonly home: string; readonly wanted: number } {
	const home = emptyHome();
	onTestFinished(() => {
		rmSync(home, { recursive: true, force: true });
	});
	const directory = join(home, '.local/state/nodetop/process/node');
	mkdirSync(join(directory, 'log'), { recursive: true });
	writeFileSync(join(directory, 'spec.json'), '{}');
	let batches = 0;
	for (let number = 1; batches * batch.length < bytes; number += 1) {
		const file = openSync(join(directory, 'log', `${String(number).padStart(6, '0')}.log`), 'w');
		const most = batches + 64_000_000 / batch.length;
		for (; batches < most && batches * batch.length < bytes; batches += 1) writeSync(file, batch);
		closeSync(file);
	}
	return { home, wanted: batches };
}

/** As the kernel counted it, told by the process itself at its end. */
const tellsMemory =
	'data:text/javascript,process.on("exit",()=>process.stderr.write(`maxRSS=${process.resourceUsage().maxRSS}\\n`))';

async function searched(bytes: number, pattern: string): Promise<number> {
	const { home, wanted } = homeWithLog(bytes);
	const { exitCode, stdout, stderr } = await runNodetop(['logs', '--all', '--grep', pattern], {
		home,
		env: { NODE_OPTIONS: `--import=${JSON.stringify(tellsMemory)}` },
	});
	expect(exitCode).toBe(0);
	expect(stdout.split('\n')).toHaveLength(wanted + 1);
	return Number(/maxRSS=(\d+)/.exec(stderr)?.[1]) * 1024;
}

describe('memory of a search', () => {
	// Plain text, a pattern with text that is looked for first, and one without.
	it.each(['number=777 ', 'numb[e]r=777 p.*rs=27', '[=][7]{3}[ ][p]'])(
		`of ${megabytes} MB for %s does not grow with the log`,
		async (pattern) => {
			await searched(100_000, pattern); // Fills the compile cache.
			const few = await searched(1_000_000, pattern);
			const many = await searched(megabytes * 1_000_000, pattern);
			expect(many / few).toBeLessThan(1.12);
			expect(many).toBeLessThan(mostBytes);
		},
		600_000,
	);
});
