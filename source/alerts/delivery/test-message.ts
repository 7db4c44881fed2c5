import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from '../../domain/channel.ts';
import { attemptSend } from './attempt-send.ts';
import type { Message } from './message.ts';
import { retryDelayMs } from './retry.ts';
import type { Outcome } from './retry.ts';
import type { SendContext } from './sender.ts';

const maxAttempts = 3;
const maxDelayMs = 15_000;

/**
 * Sends one message, flagged TEST, as a real one is rendered and sent, with two more attempts where a
 * real one would get them. Neither ledger nor queue is used. The test ends when the receiver asks for a wait
 * of more than 15 s.
 */
export async function testChannel(
	channel: Channel,
	context: SendContext,
	onBug: (error: unknown) => void,
): Promise<Outcome> {
	const message = testMessage(channel, context.now());
	for (let attempt = 1; ; attempt += 1) {
		const outcome = await attemptSend(channel, message, context, onBug);
		if (outcome.kind !== 'failed' || attempt === maxAttempts) return outcome;
		const delayMs = retryDelayMs(attempt, outcome.retryAfterMs);
		if (delayMs > maxDelayMs || context.signal.aborted) return outcome;
		await sleep(delayMs, undefined, { signal: context.signal }).catch(() => undefined);
	}
}

function testMessage(channel: Channel, nowMs: number): Message {
	const since = new Date(nowMs).toISOString();
	const fingerprint = randomUUID();
	return {
		id: `test-${fingerprint}`,
		channel: channel.name,
		groupKey: 'test',
		groupLabels: { rule: 'test' },
		createdAtMs: nowMs,
		isTest: true,
		stillFiring: 0,
		entries: [
			{
				event: 'fired',
				incident: {
					id: `${fingerprint}/${since}`,
					fingerprint,
					rule: 'test',
					labels: { node: 'nodetop', component: 'node' },
					severity: 'critical',
					state: 'firing',
					message: 'this is a test of the channel; no node is in trouble',
					value: 1,
					threshold: 0,
					since,
					evidence: 'sent by nodetop alerts test',
					nextStep: 'nothing needs to be done',
					show: 'nodetop alerts list',
				},
			},
		],
	};
}
