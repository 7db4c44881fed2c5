import { describe, expect, it } from 'vitest';
import { toDocument } from '../../source/fleet/document.ts';
import { applyDelta } from '../../source/sections/document-delta.ts';
import type { AnyDocument } from '../../source/sections/document-delta.ts';
import { createCamera, documentText } from '../../source/serve/picture.ts';
import { createFeed } from '../../source/serve/stream/feed.ts';
import type { Message } from '../../source/serve/stream/feed.ts';
import { createRichFleet } from '../helpers/rich-fleet.ts';
import { targetFor } from '../helpers/targets.ts';
import { createTestClock } from '../helpers/test-clock.ts';

const startMs = Date.parse('2026-01-01T00:00:00Z');

function openFeed() {
	const clock = createTestClock(startMs);
	const rich = createRichFleet(clock);
	const takePicture = createCamera((moment) => toDocument(moment, { version: '1.2.3' }));
	const feed = createFeed({ moments: rich.moments, takePicture, clock, instance: 'i' });
	const now = () => toDocument(rich.moments.getSnapshot(), { version: '1.2.3' });
	return { clock, rich, feed, takePicture, now };
}

function applyAll(messages: readonly Message[]): AnyDocument | undefined {
	let document: AnyDocument | undefined;
	for (const { event, data } of messages) {
		if (event === 'snapshot') document = JSON.parse(data) as AnyDocument;
		if (event === 'delta' && document) document = applyDelta(document, JSON.parse(data) as object);
	}
	return document;
}

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('the picture of a moment', () => {
	it('is the snapshot document, key by key', () => {
		const { rich, takePicture, now } = openFeed();
		rich.goOn(3);
		expect(documentText(takePicture(rich.moments.getSnapshot()))).toBe(JSON.stringify(now()));
	});
});

describe('the feed', () => {
	it('sends a snapshot, then deltas that make it the present document', () => {
		const { rich, clock, feed, now } = openFeed();
		rich.goOn(2);
		const messages: Message[] = [];
		messages.push(...feed.subscribe(undefined, (message) => messages.push(message)).missed);
		for (let round = 0; round < 15; round++) {
			rich.goOn(1);
			clock.advance(200);
			expect({ ...applyAll(messages), takenAt: '' }).toEqual(asJson({ ...now(), takenAt: '' }));
		}
		expect(messages.filter(({ event }) => event === 'snapshot')).toHaveLength(1);
		expect(messages.filter(({ event }) => event === 'delta').length).toBeGreaterThanOrEqual(15);
		expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
	});

	it('follows nodes that come, go and move', () => {
		const { rich, clock, feed, now } = openFeed();
		rich.goOn(2);
		const messages: Message[] = [];
		messages.push(...feed.subscribe(undefined, (message) => messages.push(message)).missed);
		const dag = rich.fleet.node('dag-1')?.target;
		rich.fleet.remove('dag-1');
		clock.advance(200);
		expect(applyAll(messages)?.nodes).toEqual(asJson(now().nodes));
		if (dag) rich.fleet.add(dag);
		clock.advance(200);
		const names = applyAll(messages)?.nodes.map(({ target }) => target?.name);
		expect(names).toEqual(now().nodes.map(({ target }) => target.name));
		expect(names?.at(-1)).toBe('dag-1');
	});

	it('takes out a section that a node no longer reports', () => {
		const { rich, clock, feed, now } = openFeed();
		rich.goOn(1);
		const target = targetFor('http://127.0.0.1/new', { name: 'new', kind: 'qudag' });
		rich.fleet.add(target);
		const messages: Message[] = [];
		messages.push(...feed.subscribe(undefined, (message) => messages.push(message)).missed);
		for (const reading of [
			{ network: { peers: 3 }, dag: { vertices: 7 } },
			{ dag: { vertices: 8 } },
		]) {
			clock.advance(1000);
			const outcome = { status: 'read', reading } as const;
			rich.fleet.apply({ target, atMs: clock.now(), missedSlots: 0, outcome });
			clock.advance(200);
			expect(applyAll(messages)?.nodes).toEqual(asJson(now().nodes));
		}
		expect(now().nodes.at(-1)?.network).toBeUndefined();
	});

	it('sends ten deltas a second at most, and the last state always', () => {
		const { rich, clock, feed, now } = openFeed();
		rich.goOn(1);
		const messages: Message[] = [];
		messages.push(...feed.subscribe(undefined, (message) => messages.push(message)).missed);
		for (let change = 0; change < 200; change++) {
			rich.fleet.setAlerts([{ ...firstAlert(now()), message: `change ${change}` }]);
			clock.advance(10);
		}
		clock.advance(100);
		const deltas = messages.filter(({ event }) => event === 'delta');
		expect(deltas.length).toBeGreaterThan(15);
		expect(deltas.length).toBeLessThanOrEqual(21);
		expect(applyAll(messages)?.['alerts']).toMatchObject([{ message: 'change 199' }]);
	});

	it('continues after the last id, and begins anew after one that it does not know', () => {
		const { rich, clock, feed, now } = openFeed();
		rich.goOn(2);
		const first: Message[] = [];
		const one = feed.subscribe(undefined, (message) => first.push(message));
		first.push(...one.missed);
		rich.goOn(2);
		clock.advance(200);
		one.end();
		// Nobody listens: what changes now is one delta for the one who comes back.
		rich.goOn(3);
		const second: Message[] = [];
		const lastId = first.at(-1)?.id;
		second.push(...feed.subscribe(lastId, (message) => second.push(message)).missed);
		expect(second.map(({ event }) => event)).not.toContain('snapshot');
		expect(second.length).toBeGreaterThan(0);
		const { takenAt: _takenAt, ...expected } = now();
		expect(applyAll([...first, ...second])).toMatchObject(asJson(expected) as object);
		for (const id of ['i-999999', 'other-1', '', 'i-']) {
			expect(feed.subscribe(id, () => undefined).missed.map(({ event }) => event)).toEqual([
				'snapshot',
			]);
		}
		expect(feed.subscribe(second.at(-1)?.id, () => undefined).missed).toEqual([]);
	});

	it('sends a snapshot to one who was away for more than a hundred messages', () => {
		const { rich, clock, feed, now } = openFeed();
		rich.goOn(1);
		const messages: Message[] = [];
		feed.subscribe(undefined, (message) => messages.push(message));
		for (let change = 0; change < 120; change++) {
			rich.fleet.setAlerts([{ ...firstAlert(now()), message: `change ${change}` }]);
			clock.advance(110);
		}
		expect(messages.length).toBeGreaterThan(110);
		const events = (id: string | undefined) =>
			feed.subscribe(id, () => undefined).missed.map(({ event }) => event);
		expect(events(messages.at(0)?.id)).toEqual(['snapshot']);
		expect(events(messages.at(-51)?.id)).toHaveLength(50);
	});

	it('names what changed: consensus, peers, health and resources', () => {
		const { rich, clock, feed } = openFeed();
		rich.goOn(1);
		const messages: Message[] = [];
		feed.subscribe(undefined, (message) => messages.push(message));
		const target = targetFor('http://127.0.0.1/new', { name: 'new', kind: 'qudag' });
		rich.fleet.add(target);
		const poll = (peers: number, status: 'active' | 'stalled', openFiles: number) => {
			clock.advance(1000);
			rich.fleet.apply({
				target,
				atMs: clock.now(),
				missedSlots: 0,
				outcome: {
					status: 'read',
					reading: {
						identity: { nodeId: 'id-1' },
						consensus: { status, round: 3 },
						network: { peers },
						resources: { source: 'node', openFiles, openFilesLimit: 1024 },
					},
				},
			});
			clock.advance(200);
		};
		poll(4, 'active', 100);
		messages.length = 0;
		poll(0, 'stalled', 1020);
		const changes = messages.filter(({ event }) => event !== 'delta');
		const found = new Map(
			changes.map(({ event, data }) => [event as string, JSON.parse(data) as object]),
		);
		const about = { node: 'new', node_id: 'id-1' };
		expect(found.get('consensusStateChanged')).toMatchObject({
			...about,
			previous: 'active',
			current: 'stalled',
		});
		expect(found.get('peerCountChanged')).toMatchObject({ ...about, previous: 4, current: 0 });
		expect(found.get('healthChanged')).toMatchObject({ ...about, previous: 'up' });
		expect(found.get('resourceThresholdExceeded')).toMatchObject({
			...about,
			severity: 'warning',
		});
	});

	it('says once that a limit of resources is exceeded', () => {
		const { rich, clock, feed } = openFeed();
		rich.goOn(1);
		const messages: Message[] = [];
		feed.subscribe(undefined, (message) => messages.push(message));
		const node = rich.fleet.node('dag-2');
		if (!node) throw new Error('dag-2 is gone');
		for (const openFiles of [100, 1020, 1021]) {
			clock.advance(1000);
			const reading = { resources: { source: 'node', openFiles, openFilesLimit: 1024 } } as const;
			rich.fleet.apply({
				target: node.target,
				atMs: clock.now(),
				missedSlots: 0,
				outcome: { status: 'read', reading },
			});
			clock.advance(200);
		}
		const exceeded = messages.filter(({ event }) => event === 'resourceThresholdExceeded');
		expect(exceeded.map(({ data }) => JSON.parse(data) as object)).toMatchObject([
			{ node: 'dag-2', component: 'resources' },
		]);
	});
});

function firstAlert({ alerts }: ReturnType<typeof toDocument>) {
	const [alert] = alerts;
	if (!alert) throw new Error('the fleet has no alert');
	return alert;
}
