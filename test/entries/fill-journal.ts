import { openJournal } from '../../source/alerts/delivery/journal.ts';

/** Queues messages until one cannot be written, and prints how many were: for a disk with little room. */
const [directory = ''] = process.argv.slice(2);
const journal = await openJournal(directory, { warn: console.error, now: Date.now });
let written = 0;
while (written < 1000) {
	const message = {
		id: `m${written}`,
		channel: 'hook',
		groupKey: `g${written}`,
		groupLabels: { rule: 'node-down' },
		createdAtMs: 0,
		isTest: false,
		entries: [],
		stillFiring: 0,
	};
	await journal.append([{ type: 'queued', message }]);
	if (journal.problem() !== undefined) break;
	written += 1;
}
console.log(JSON.stringify({ written, problem: journal.problem() }));
process.exit();
