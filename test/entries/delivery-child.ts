import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { openDelivery } from '../../source/alerts/delivery/delivery.ts';
import { incidentSchema } from '../../source/alerts/delivery/message.ts';
import { Secret } from '../../source/domain/secret.ts';

/** Delivers what a file says, as a watch with an engine would, until it is killed. */
const [directory = '', worldFile = '', url = ''] = process.argv.slice(2);

const delivery = await openDelivery({
	directory,
	now: Date.now,
	env: process.env,
	warn: (text) => process.stderr.write(`${text}\n`),
	channels: [
		{
			type: 'webhook',
			name: 'hook',
			url: new Secret(url),
			minSeverity: 'info',
			sendResolved: true,
			groupBy: ['group'],
			groupWaitMs: 60,
			criticalGroupWaitMs: 0,
			groupIntervalMs: 60,
			repeatIntervalMs: 86_400_000,
			criticalRepeatIntervalMs: 86_400_000,
			burst: 1000,
			messagesPerMinute: 60_000,
			timeoutMs: 250,
			giveUpAfterMs: 86_400_000,
		},
	],
});

for (;;) {
	const incidents = z.array(incidentSchema).parse(JSON.parse(await readFile(worldFile, 'utf8')));
	await delivery.update(incidents, Date.now());
	delivery.cycleDone(Date.now());
	await sleep(15);
}
