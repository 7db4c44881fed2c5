/** Writes rows and frames until it is killed, and prints the number of each row that was written. */
import { openHistory } from '../../source/history/client.ts';
import { keepAll } from '../history/retention.ts';

const [, , worker = '', file = '', first = '0'] = process.argv;
const client = openHistory(worker, { file, mode: 'write', retention: keepAll, framePaths: [] });

const names = Array.from({ length: 20 }, (_, index) => (index === 0 ? 'count' : `other${index}`));
for (let n = Number(first); ; n += 1) {
	client.write({
		rows: [{ node: 'n1', track: 'polls', atMs: n * 1000, names, values: names.map(() => n) }],
		events: [{ atMs: n * 1000, kind: 'health', node: 'n1', data: `${n}` }],
		nodes: [['n1', `{"snapshot":{"target":{"name":"n1"},"n":${n}}}`]],
		frame: { text: `{"schema":"x","atMs":${n * 1000},"nodes":[]}`, names: ['n1'] },
	});
	// An answer comes behind what was written before it.
	await client.ask('span', {});
	process.stdout.write(`${n}\n`);
}
