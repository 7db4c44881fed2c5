import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Incident } from '../../../source/alerts/incident.ts';
import { openDelivery } from '../../../source/alerts/delivery/delivery.ts';
import type { Delivery, DeliveryOptions } from '../../../source/alerts/delivery/delivery.ts';
import type { Message } from '../../../source/alerts/delivery/message.ts';
import type { WebhookSettings } from '../../../source/alerts/delivery/channels/webhook/settings.ts';
import type { Channel } from '../../../source/domain/channel.ts';
import { Secret } from '../../../source/domain/secret.ts';

export const startMs = Date.UTC(2026, 0, 2, 3, 4, 5);
export const minuteMs = 60_000;

/** When a channel is notified: the defaults of the configuration, with room for many messages. */
export const policy = {
	minSeverity: 'warning',
	sendResolved: true,
	groupBy: ['rule', 'group'],
	groupWaitMs: 30_000,
	criticalGroupWaitMs: 0,
	groupIntervalMs: 5 * minuteMs,
	repeatIntervalMs: 240 * minuteMs,
	criticalRepeatIntervalMs: 60 * minuteMs,
	burst: 1000,
	messagesPerMinute: 6000,
	timeoutMs: 2000,
	giveUpAfterMs: 24 * 60 * minuteMs,
	remindsWhileMuted: false,
} as const;

type WebhookChannel = Channel & WebhookSettings;

export function webhook(url: string, overrides: Partial<WebhookChannel> = {}): WebhookChannel {
	return {
		...policy,
		type: 'webhook',
		name: 'hook',
		url: new Secret(url),
		token: undefined,
		headers: undefined,
		signingSecret: undefined,
		...overrides,
	};
}

export function incident(node: string, overrides: Partial<Incident> = {}): Incident {
	const since = overrides.since ?? new Date(startMs - minuteMs).toISOString();
	const rule = overrides.rule ?? 'node-down';
	return {
		id: `${rule}:${node}/${since}`,
		fingerprint: `${rule}:${node}`,
		rule,
		labels: { node, kind: 'evm', group: 'mainnet' },
		severity: 'critical',
		state: 'firing',
		message: `no answer from ${node}`,
		value: 65,
		threshold: 60,
		unit: 's',
		since,
		evidence: 'connection refused',
		nextStep: 'start the node',
		show: `nodetop --at ${since} ${node}`,
		...overrides,
	};
}

export function resolved(of: Incident, atMs: number = startMs): Incident {
	return {
		...of,
		state: 'resolved',
		resolvedAt: new Date(atMs).toISOString(),
		reason: 'recovered',
	};
}

export function message(overrides: Partial<Message> = {}): Message {
	return {
		id: 'm1',
		channel: 'hook',
		groupKey: 'g',
		groupLabels: { rule: 'node-down' },
		createdAtMs: startMs,
		isTest: false,
		stillFiring: 0,
		entries: [{ incident: incident('validator'), event: 'fired' }],
		...overrides,
	};
}

/** Not by a hook of this file: files that share a process would have it only in the first of them. */
export function afterThisTest(cleanup: () => Promise<void>): void {
	onTestFinished(cleanup);
}

export async function stateDirectory(): Promise<string> {
	const directory = await mkdtemp(path.join(tmpdir(), 'nodetop-delivery-'));
	afterThisTest(() => rm(directory, { recursive: true, force: true }));
	return path.join(directory, 'alerts');
}

export interface TestDelivery extends Delivery {
	readonly warnings: readonly string[];
	readonly directory: string;
}

/** A delivery with a clock that `clock.nowMs` sets, closed after the test. */
export async function deliveryTo(
	channels: readonly Channel[],
	clock: { nowMs: number },
	overrides: Partial<DeliveryOptions> = {},
): Promise<TestDelivery> {
	const directory = overrides.directory ?? (await stateDirectory());
	const warnings: string[] = [];
	const delivery = await openDelivery({
		channels,
		now: () => clock.nowMs,
		env: process.env,
		warn: (text) => warnings.push(text),
		...overrides,
		directory,
	});
	let isClosed = false;
	const close = async (drainMs?: number): Promise<void> => {
		if (isClosed) return;
		isClosed = true;
		await delivery.close(drainMs);
	};
	afterThisTest(() => close(0));
	return { ...delivery, close, warnings, directory };
}
